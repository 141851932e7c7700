"""A third person with one file, the keys, and a Python that has nothing of Adjoin: the same findings."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import adjoin
from two_sides import Side, exchange, two_sides

from adjoin.formats.exchange import write
from adjoin.loop.verifier import MODULES

NEEDED = ("cryptography", "rfc8785", "cffi", "_cffi_backend")
SIZE = int(os.environ.get("ADJOIN_PACKAGE", "10000"))


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A place where Python finds only what the verifier says it needs."""
    folder = tmp_path_factory.mktemp("machine")
    site = folder / "site"
    site.mkdir()
    for name in NEEDED:
        found = importlib.util.find_spec(name)
        if found is not None:
            origin = Path(found.origin)
            origin = origin.parent if origin.name == "__init__.py" else origin
            (site / origin.name).symlink_to(origin)
    assert adjoin("verify", folder / "verify.pyz", "--standalone").status == 0
    return folder


def run(machine, package, keys):
    (machine / "package.zip").write_bytes(package)
    (machine / "KEYS.json").write_text(json.dumps(keys))
    words = [sys.executable, "-S", "-E", "-c", LOADER, str(machine / "site"), "verify.pyz", "package.zip", "KEYS.json"]
    done = subprocess.run(words, cwd=machine, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


LOADER = (
    "import sys, runpy; sys.path = [sys.argv[1]] + [p for p in sys.path if 'site-packages' not in p and p];"
    "sys.argv = sys.argv[2:]; runpy.run_path(sys.argv[0], run_name='__main__')"
)


def test_it_needs_nothing_else(machine):
    east, west = two_sides()
    east.sign("note", {"text": "氨氮夜间偏高"})
    exchange(east, west)
    assert run(machine, write(east.package(since=0)), east.keys.as_json()) == (0, [], "")
    site = sorted(path.name for path in (machine / "site").iterdir())
    assert not any("adjoin" in name or "yaml" in name for name in site)


def test_it_names_entry_and_side_as_the_command_does(machine, tmp_path):
    east, west = two_sides()
    for n in range(4):
        east.sign("note", {"n": n})
    package = east.package()
    lines = list(package.lines)
    lines[1], lines[2] = lines[2], lines[1]
    bad = write(type(package)(package.checkpoint, tuple(lines), package.proof, package.files))
    status, found, _ = run(machine, bad, east.keys.as_json())
    (tmp_path / "p.zip").write_bytes(bad)
    (tmp_path / "k.json").write_text(json.dumps(west.keys.as_json()))
    told = adjoin("verify", tmp_path / "p.zip", "--keys", tmp_path / "k.json", "--lang", "en")
    assert (status, found) == (told.status, told.lines)
    assert status == 1
    assert {(each["party"], each["fault"]) for each in found} == {("east", "wrong_order")}


@pytest.mark.parametrize("package", [b"", b"PK", b"text"])
def test_a_file_that_is_none(machine, package):
    status, found, said = run(machine, package, {})
    assert (status, found) == (2, [])
    assert "bad_package_file" in said


def test_a_package_of_ten_thousand_signed_entries_in_ten_seconds(machine):
    east = Side("east", two_sides()[0].keys)
    for n in range(SIZE):
        east.sign("note", {"text": f"entry {n}", "n": n})
    data = write(east.package())
    start = time.perf_counter()
    status, found, said = run(machine, data, east.keys.as_json())
    seconds = time.perf_counter() - start
    assert (status, found, said) == (0, [], "")
    print(f"{SIZE} entries, {len(data) / 2**20:.1f} MB: {seconds:.2f} s")
    assert seconds < 10 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_the_modules_are_all_it_imports():
    """What a listed module imports of Adjoin is listed: found by reading, so that a new import is noticed here."""
    import ast

    root = Path(importlib.util.find_spec("adjoin").origin).parent.parent
    listed = {name.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".") for name in MODULES}
    for name in MODULES:
        for node in ast.walk(ast.parse((root / name).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("adjoin") and name != MODULES[0]:
                within = {f"{node.module}.{each.name}" for each in node.names} & {f"{m}" for m in listed}
                assert node.module in listed or within, (name, node.module)
