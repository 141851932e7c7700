"""A large table of readings goes in; beside it the time to read the same file as CSV and do nothing with it."""

import csv
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from adjoin.core.period import ZONE
from adjoin.loop import observe, workspace

ROOT = Path(__file__).resolve().parent.parent
ROWS = 200_000
NOW = datetime(2026, 9, 5, tzinfo=ZONE)


def run():
    with tempfile.TemporaryDirectory() as folder:
        bundle = ROOT / "regions" / "sichuan-chongqing"
        side = workspace.load_region(bundle).sides[0]
        opened = workspace.init(Path(folder) / "w", region=bundle, party=side, now=NOW)
        table = _table(Path(folder) / "synthetic.csv", [site.name_zh for site in opened.region.sections])

        start = time.perf_counter()
        receipt = observe.take(opened, table, "auto-station-snapshot", now=NOW)
        seconds = time.perf_counter() - start

        start = time.perf_counter()
        with table.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file))
        bare = time.perf_counter() - start
        assert rows == ROWS + 1
        size = sum(path.stat().st_size for path in (Path(folder) / "w" / "observed").rglob("*.parquet"))
        yield {
            "name": "take.csv", "work": receipt.values, "seconds": seconds, "rate": receipt.values / seconds,
            "unit": "values/s", "peer": "csv.reader on the same file", "peer_seconds": bare, "ratio": seconds / bare,
            "bytes_per_row": size / receipt.values, "lost": receipt.values - receipt.new,
        }  # fmt: skip


def _table(path, sections):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "section", "ph", "do_mg_l", "codmn_mg_l", "nh3n_mg_l", "tp_mg_l"])
        for number in range(ROWS):
            time_ = NOW - timedelta(minutes=5 * (number // len(sections)) + 10)
            tail = f"{number % 997:03d}"
            row = ["7.5", f"6.{tail[:2]}", f"2.{tail[1:]}", f"0.{tail}", f"0.0{tail[:2]}"]
            writer.writerow([time_.strftime("%Y-%m-%d %H:%M"), sections[number % len(sections)], *row])
    return path


if __name__ == "__main__":
    sys.exit(print(list(run())))
