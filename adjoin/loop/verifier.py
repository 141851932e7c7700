"""The verifier of a third person as one file: what of this program it needs, and nothing else.

    python verify.pyz PACKAGE KEYS.json

prints a line of JSON for each finding and ends with 1 where there is one, with 0 where there is none, with 2 where the
files cannot be read. It needs Python, `cryptography` and `rfc8785` (for keys of the suite SM2 `gmalg` as well); no
workspace, no network, no clock. The modules in it are this program's own, byte for byte.
"""

import io
import json
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from adjoin.core.refusal import Refusal
from adjoin.formats import exchange as packages
from adjoin.joint import ledger
from adjoin.joint.keys import Keys

MODULES = (
    "adjoin/__init__.py",
    "adjoin/core/__init__.py",
    "adjoin/core/entry.py",
    "adjoin/core/observation.py",
    "adjoin/core/period.py",
    "adjoin/core/refusal.py",
    "adjoin/core/units.py",
    "adjoin/formats/__init__.py",
    "adjoin/formats/exchange.py",
    "adjoin/joint/__init__.py",
    "adjoin/joint/envelope.py",
    "adjoin/joint/fault.py",
    "adjoin/joint/fork.py",
    "adjoin/joint/keys.py",
    "adjoin/joint/ledger.py",
    "adjoin/joint/note.py",
    "adjoin/joint/package.py",
    "adjoin/joint/reading.py",
    "adjoin/joint/ring.py",
    "adjoin/joint/sm2.py",
    "adjoin/loop/__init__.py",
    "adjoin/loop/verifier.py",
    "adjoin/methods/__init__.py",
    "adjoin/methods/merkle.py",
)
MAIN = "import sys\nfrom adjoin.loop.verifier import main\nsys.exit(main(sys.argv[1:], {says}))\n"
USAGE = "python verify.pyz PACKAGE KEYS.json"


def standalone(read: Callable[[str], str], says: Mapping[str, Mapping[str, str]]) -> bytes:
    """The file of the verifier, the same bytes for the same program.

    read : the text of a file of this program
    says : the sentences of the findings, by key and language
    """
    chosen = {key: dict(words) for key, words in sorted(says.items()) if key.startswith("fault_")}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name in MODULES:
            file.writestr(zipfile.ZipInfo(name, packages.EPOCH), read(name), zipfile.ZIP_DEFLATED)
        file.writestr(zipfile.ZipInfo("__main__.py", packages.EPOCH), MAIN.format(says=repr(chosen)))
    return held.getvalue()


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "—"


def main(words: list[str], says: Mapping[str, Mapping[str, str]]) -> int:
    """Verify a package file with a file of keys; the exit status."""
    if len(words) != 2:
        sys.stderr.write(USAGE + "\n")
        return 2
    try:
        package = packages.read(Path(words[0]).read_bytes())
        faults = ledger.verify(package, Keys.from_json(json.loads(Path(words[1]).read_text("utf-8"))))
    except (OSError, ValueError, Refusal) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for each in faults:
        sentence = says.get(each.key, {}).get("en", each.fault)
        say = sentence.format_map(_Blank(each.said))
        line = {"party": each.party, "seq": each.seq, "fault": each.fault, "say": say}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 1 if faults else 0
