"""What a time-stamping authority says of a head: that it was there at a time (RFC 3161).

A token is a CMS SignedData over a TSTInfo. It is believed where its signature is by the authority's certificate that
was given here beforehand, made for time stamping and valid at that time, and where imprint and nonce are as asked.
Only the few structures of these two are read (X.690 DER); anything else is no token.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from adjoin.core.refusal import Refusal

SHA256 = bytes.fromhex("0609608648016503040201")  # OIDs as they stand in DER
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_HASHES: dict[bytes, type[hashes.HashAlgorithm]] = {
    SHA256: hashes.SHA256,
    bytes.fromhex("0609608648016503040202"): hashes.SHA384,
    bytes.fromhex("0609608648016503040203"): hashes.SHA512,
}
SEQUENCE, SET, INTEGER, OCTETS, TIME = 0x30, 0x31, 0x02, 0x04, 0x18


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a DER structure."""

    tag: int
    body: bytes
    whole: bytes

    @property
    def parts(self) -> list["Node"]:
        """The values within."""
        return _nodes(self.body)


def request(data: bytes, nonce: int) -> bytes:
    """The question to an authority: a time stamp for these bytes, its certificate with it."""
    imprint = _der(SEQUENCE, _der(SEQUENCE, SHA256 + b"\x05\x00"), _der(OCTETS, hashlib.sha256(data).digest()))
    return _der(SEQUENCE, _integer(1), imprint, _integer(nonce), b"\x01\x01\xff")


def token_of(answer: bytes) -> bytes:
    """The token in an authority's answer; a refusal of the authority is said."""
    try:
        parts = _one(answer).parts
        status = int.from_bytes(parts[0].parts[0].body)
    except (IndexError, ValueError):
        raise Refusal("bad_timestamp", met="answer") from None
    if status not in {0, 1} or len(parts) < 2:
        raise Refusal("bad_timestamp", met=f"status {status}")
    return parts[1].whole


def verified(token: bytes, data: bytes, certificate: bytes, nonce: int | None = None) -> datetime:
    """When the authority saw some bytes, by its token; one that does not show it is refused with the part that fails.

    certificate : of the authority, PEM, as it was given here beforehand
    nonce : as it was asked; nothing for a token from a file
    """
    authority = x509.load_pem_x509_certificate(certificate)
    try:
        info, signer = _opened(token)
        at = _checked(info.parts, data, nonce)
        _signed(signer, info, authority)
    except (IndexError, ValueError, KeyError, InvalidSignature, x509.ExtensionNotFound) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal("bad_timestamp", met=type(error).__name__) from None
    if not authority.not_valid_before_utc <= at <= authority.not_valid_after_utc:
        raise Refusal("bad_timestamp", met="certificate not valid then")
    return at


def _opened(token: bytes) -> tuple[Node, Node]:
    """The TSTInfo of a token and the one that signed it."""
    content = _one(token).parts
    _must(content[0].whole == SIGNED_DATA, "content type")
    signed = content[1].parts[0].parts
    inner = signed[2].parts
    _must(inner[0].whole == TST_INFO, "content type")
    signers = signed[-1].parts
    _must(signed[-1].tag == SET and len(signers) == 1, "signers")
    return _one(inner[1].parts[0].body), signers[0]


def _checked(info: Sequence[Node], data: bytes, nonce: int | None) -> datetime:
    """The time that a TSTInfo says, where it is of these bytes and answers this question."""
    algorithm, imprint = info[2].parts
    _must(algorithm.parts[0].whole == SHA256, "imprint algorithm")
    _must(imprint.body == hashlib.sha256(data).digest(), "imprint")
    numbers = [int.from_bytes(node.body) for node in info[5:] if node.tag == INTEGER]
    _must(nonce is None or nonce in numbers, "nonce")
    _must(info[4].tag == TIME and info[4].body.endswith(b"Z"), "time")
    text = info[4].body.decode("ascii")[:-1]
    form = "%Y%m%d%H%M%S.%f" if "." in text else "%Y%m%d%H%M%S"
    return datetime.strptime(text, form).replace(tzinfo=UTC)


def _signed(signer: Node, info: Node, authority: x509.Certificate) -> None:
    """The signature over the attributes, and among them the digest of the TSTInfo."""
    parts = signer.parts
    digest = _HASHES[parts[2].parts[0].whole]
    attributes, signature = parts[3], parts[5].body
    _must(attributes.tag == 0xA0, "signed attributes")
    values = {node.parts[0].whole: node.parts[1].parts[0] for node in attributes.parts}
    _must(values[CONTENT_TYPE].whole == TST_INFO, "content type")
    state = hashes.Hash(digest())
    state.update(info.whole)
    _must(values[MESSAGE_DIGEST].body == state.finalize(), "message digest")
    usage = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    _must(ExtendedKeyUsageOID.TIME_STAMPING in usage, "certificate not for time stamping")
    signed = bytes([SET]) + attributes.whole[1:]
    key = authority.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), digest())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest()))
    else:
        _must(holds=False, part="key of the certificate")


def _must(holds: bool, part: str) -> None:
    if not holds:
        raise Refusal("bad_timestamp", met=part)


def _one(data: bytes) -> Node:
    (node,) = _nodes(data)
    return node


def _nodes(data: bytes) -> list[Node]:
    found, at = [], 0
    while at < len(data):
        start, tag, length = at, data[at], data[at + 1]
        at += 2
        if length & 0x80:
            width = length & 0x7F
            if not 0 < width <= 4:
                raise ValueError(width)
            length, at = int.from_bytes(data[at : at + width]), at + width
        if at + length > len(data):
            raise ValueError(length)
        found.append(Node(tag, data[at : at + length], data[start : at + length]))
        at += length
    return found


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    width = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + size.to_bytes(width) + body


def _integer(value: int) -> bytes:
    return _der(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))
