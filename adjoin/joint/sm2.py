"""SM2 signatures are checked here; they are made by the device of an office, never by this program.

Verification handles only public numbers, so that its pure Python (gmalg) gives nothing away; signing would.
A public key is 04 || x || y, a signature r || s, the user id the standard's own. Source: GB/T 32918.2, GB/T 32918.5.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gmalg import SM2

UID = b"1234567812345678"
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


def verify(public: bytes, data: bytes, signature: bytes, uid: bytes = UID) -> bool:
    """Whether a signature over some bytes is of this public key; a key that is no point of the curve verifies nothing.

    public : 04 || x || y, 65 bytes
    signature : r || s, 64 bytes
    """
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if len(signature) != 64 or not (0 < r < N and 0 < s < N) or (r + s) % N == 0 or not on_curve(public):
        return False
    return bool(_verifier(public, uid).verify(data, signature[:32], signature[32:]))


def on_curve(public: bytes) -> bool:
    """Whether some bytes are a point of the curve."""
    x, y = int.from_bytes(public[1:33]), int.from_bytes(public[33:])
    inside = len(public) == 65 and public[0] == 4 and x < P and y < P
    return inside and (y * y - (x * x * x + A * x + B)) % P == 0


@lru_cache(maxsize=64)
def _verifier(public: bytes, uid: bytes) -> "SM2":
    from gmalg import SM2

    return SM2(pk=public, uid=uid)
