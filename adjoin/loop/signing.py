"""What signs for a workspace: the key file beside it, or a program that speaks to the device of the office.

A key that is handed over replaces the file; whoever serves pages meanwhile signs with the new one from then on.
"""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from adjoin.core.refusal import Refusal
from adjoin.joint.keys import DeviceSigner, Ed25519Signer, Key, Keys, Signer, key_id_of

OWN, NEXT = "own.key", "own.key.next"
WAIT_S = 60  # a person may have to touch the device


@dataclass
class FileSigner:
    """Signs with the Ed25519 key in a file, read again when the file is another one."""

    path: Path
    party: str
    office: str
    since: datetime
    _read: tuple[tuple[int, int], Ed25519Signer] | None = field(default=None, repr=False)

    @property
    def key(self) -> Key:
        """The public half."""
        return self._signer().key

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._signer().sign(data)

    def _signer(self) -> Ed25519Signer:
        status = self.path.stat()
        state = (status.st_mtime_ns, status.st_ino)
        if self._read is None or self._read[0] != state:
            private = bytes.fromhex(self.path.read_text().strip())
            self._read = (state, Ed25519Signer.of(private, self.party, self.office, since=self.since))
        return self._read[1]


@dataclass(frozen=True, slots=True)
class Program:
    """A device behind a program: bytes to sign on its input, the signature in hex on its output."""

    words: tuple[str, ...]

    def sign(self, data: bytes) -> bytes:
        """What the program answers; one that fails is refused with what it said."""
        try:
            done = subprocess.run(self.words, input=data, capture_output=True, timeout=WAIT_S, check=True)  # noqa: S603  # the office's own program, from its own settings
            return bytes.fromhex(done.stdout.decode("ascii").strip())
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            said = getattr(error, "stderr", b"") or str(error).encode()
            raise Refusal("device_failed", met=self.words[0], found=said.decode(errors="replace")[-200:]) from None


def signer_of(folder: Path, settings: Mapping[str, object]) -> Signer:
    """What signs for a workspace, as its settings say."""
    party, office = str(settings["party"]), str(settings["office"])
    since = datetime.fromisoformat(str(settings["created"]))
    device = settings.get("device")
    if not isinstance(device, Mapping):
        return FileSigner(folder / OWN, party, office, since)
    public = bytes.fromhex(str(device["public"]))
    key = Key(key_id_of(public), party, str(device["algorithm"]), public, office, since)
    return DeviceSigner(key, Program(tuple(str(word) for word in device["command"])))


def finish(folder: Path, keys: Keys, party: str) -> None:
    """The key that the chain says comes next becomes the one that signs; where it says none, nothing happens.

    keys : of both sides, as the chain says
    """
    path = folder / NEXT
    if not path.exists():
        return
    private = bytes.fromhex(path.read_text().strip())
    if keys.get(Ed25519Signer.of(private, party, "").key.key_id) is not None:
        path.replace(folder / OWN)
        _sync(folder)


def write_private(path: Path, text: str) -> None:
    """A secret in a new file that only its owner reads, on the disk before anything rests on it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def root_of(file: Path) -> Ed25519Signer:
    """The root key of a party, from the file on its stick."""
    try:
        said = json.loads(file.read_text("utf-8"))
        return Ed25519Signer.of(
            bytes.fromhex(said["private"]), said["party"], "root", since=datetime.fromisoformat(said["since"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal("no_root_key", met=file.name, found=type(error).__name__) from None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
