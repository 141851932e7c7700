"""Time stamps by an authority of our own, made by another program (openssl ts), over HTTP."""

import hashlib
import shutil
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest

from adjoin.core.refusal import Refusal
from adjoin.joint import timestamp
from adjoin.loop import exchange, stamp

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl plays the authority and is not here")

CONFIG = """
[tsa]
default_tsa = main
[main]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
crypto_device = builtin
[ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[plain]
keyUsage = critical,digitalSignature
"""


def run(*words, **more):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, **more).stdout


@pytest.fixture(scope="module", params=["ec", "rsa"])
def authority(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    kind = (
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if request.param == "ec" else ["-newkey", "rsa:2048"]
    )
    for name, part in (("tsa", "ext"), ("plain", "plain")):
        run(
            "req", "-x509", *kind, "-nodes", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem",
            "-days", "2", "-subj", f"/CN={name}", "-config", folder / "tsa.cnf", "-extensions", part,
        ) if name == "tsa" or request.param == "ec" else None  # fmt: skip
    return folder


def answer(folder, query):
    (folder / "q").write_bytes(query)
    run(
        "ts",
        "-reply",
        "-config",
        folder / "tsa.cnf",
        "-section",
        "main",
        "-queryfile",
        folder / "q",
        "-out",
        folder / "a",
    )
    return (folder / "a").read_bytes()


DATA = b"adjoin/two-towns/east\n3\nroot\n"


def test_a_true_token_says_when(authority):
    token = timestamp.token_of(answer(authority, timestamp.request(DATA, 7)))
    at = timestamp.verified(token, DATA, (authority / "tsa.pem").read_bytes(), 7)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)


def test_what_is_of_something_else_or_by_somebody_else_is_refused(authority):
    certificate = (authority / "tsa.pem").read_bytes()
    token = timestamp.token_of(answer(authority, timestamp.request(DATA, 7)))
    for data, nonce in ((DATA + b"x", 7), (DATA, 8)):
        with pytest.raises(Refusal, match="bad_timestamp"):
            timestamp.verified(token, data, certificate, nonce)
    if (authority / "plain.pem").exists():
        with pytest.raises(Refusal, match="bad_timestamp"):
            timestamp.verified(token, DATA, (authority / "plain.pem").read_bytes(), 7)
    with pytest.raises(Refusal, match="bad_timestamp"):
        timestamp.token_of(b"\x30\x05\x30\x03\x02\x01\x02")  # the authority said no


def test_no_changed_byte_of_what_is_signed_goes_through(authority):
    certificate = (authority / "tsa.pem").read_bytes()
    token, rng = timestamp.token_of(answer(authority, timestamp.request(DATA, 7))), Random(3161)
    at = timestamp.verified(token, DATA, certificate, 7)
    for _ in range(400):
        place = rng.randrange(len(token))
        bad = token[:place] + bytes([token[place] ^ 1 << rng.randrange(8)]) + token[place + 1 :]
        try:
            assert timestamp.verified(bad, DATA, certificate, 7) == at  # a byte outside of what is signed
        except Refusal as refusal:
            assert refusal.kind == "bad_timestamp"  # noqa: PT017  # either is right


class Authority(BaseHTTPRequestHandler):
    def do_POST(self):
        data = answer(self.server.folder, self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def test_a_side_has_its_head_stamped_and_anybody_checks_it_again(authority, fresh_towns, clock):
    east, west = fresh_towns["east"], fresh_towns["west"]
    with pytest.raises(Refusal, match="no_authority"):
        stamp.stamp(east)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    server.folder = authority
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shutil.copy(authority / "tsa.pem", east.folder / "tsa.pem")
    with (east.folder / "workspace.toml").open("a") as file:
        file.write(f'[timestamp]\nurl = "http://127.0.0.1:{server.server_port}"\ncertificate = "tsa.pem"\n')
    try:
        with pytest.raises(Refusal, match="no_head"):
            stamp.stamp(east)
        for sender, receiver in ((east, west), (west, east)):
            exchange.carry(sender, receiver, now=clock())
        made = stamp.stamp(east)
    finally:
        server.shutdown()
        server.server_close()
    assert made.size == east.done.sizes()["east"]
    assert stamp.stamps(east) == (made,)
    assert stamp.checked(east, made) == made.at
    with pytest.raises(Refusal, match="authority_silent"):
        stamp.stamp(east)
    assert hashlib.sha256(made.token).digest()
