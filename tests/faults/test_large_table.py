"""200 MB with one bad row: the rest goes in, the row is named, and the memory stays bounded."""

import os
import pty
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep

from commands import AROUND

from adjoin.loop import observe

SIZE = 200 * 2**20
HEAD = (
    "snapshot,time,section,class,water_temp_c,ph,do_mg_l,cond_us_cm,turbidity_ntu,"
    "codmn_mg_l,nh3n_mg_l,tp_mg_l,tn_mg_l,remark\n"
)
SECTIONS = ("上渡", "柳湾", "芦溪渡", "磨坊桥", "山塘")
REMARK = "automatic station, unreviewed, as published; " * 6  # so that 200 MB are half a million rows
BAD = "1,2026-01-01 16:40,上度,2,22.4,7.44,8.18,257.9,215.8,1.61,0.141,0.065,1.91,\n"


def write(path):
    """Rows every minute of each section; after the first thousand minutes one whose section nobody knows."""
    rows, at = 0, datetime(2026, 1, 1)  # noqa: DTZ001  # as a table prints it
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        while file.tell() < SIZE:
            minute, rows = rows // 5, rows + 5
            rest = f"2,22.4,7.{minute % 100:02d},8.18,257.9,215.8,1.61,0.141,0.{minute % 999:03d},1.91,{REMARK}\n"
            file.write("".join(f"1,{at:%Y-%m-%d %H:%M},{section},{rest}" for section in SECTIONS))
            file.write(BAD if minute == 1000 else "")
            at += timedelta(minutes=1)
    return rows


def held(pid):
    """The most memory that a process had, kB; what rusage says would count the process that started it."""
    try:
        told = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:  # it has ended
        return 0
    return int(re.search(r"^VmHWM:\s+(\d+)", told, re.MULTILINE)[1]) if "VmHWM" in told else 0


def test_200_mb_with_one_bad_row(fresh_towns, tmp_path):
    path, workspace = tmp_path / "large.csv", fresh_towns["west"]
    rows = write(path)
    terminal, end = pty.openpty()
    words = ["take", str(path), "--workspace", str(workspace.folder), "--mapping", "synthetic-snapshot"]
    started = subprocess.Popen(
        [sys.executable, "-m", "adjoin.cli.main", *words], env=AROUND, stdout=subprocess.DEVNULL, stderr=end
    )
    peak = 0
    while started.poll() is None:
        peak = max(peak, held(started.pid))
        sleep(0.2)
    os.close(end)

    assert started.returncode == 1  # done, with a finding
    receipt = observe.receipts(workspace)[0]
    assert (receipt.new, receipt.values, receipt.rejects) == (rows * 9, rows * 9 + 1, 1)
    (bad,) = observe.rejects(workspace, receipt.id)
    assert (bad.row, bad.kind, bad.line + "\n") == (5006, "unknown_site", BAD)
    assert 50_000 < peak < 600_000  # kB
    assert b"100,000" in os.read(terminal, 4096)  # progress, on a terminal
