"""An event for another program: CloudEvents 1.0 in JSON, signed over its raw bytes.

The receiver checks the signature over the bytes as they came, before reading them, with the public key that this
side has published (`adjoin keys`). The event's id is stable: one that comes twice is one.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime

SECONDS = 20
TYPE = "application/cloudevents+json"
HEADER = "Adjoin-Signature"


def event(kind: str, *, key: str, source: str, subject: str, at: datetime, data: Mapping[str, object]) -> bytes:
    """The bytes of an event.

    kind : "adjoin.turn", "adjoin.digest"; source : "adjoin:<region>/<party>"
    """
    made = {
        "specversion": "1.0",
        "id": key,
        "source": source,
        "type": kind,
        "subject": subject,
        "time": at.isoformat(timespec="seconds"),
        "datacontenttype": "application/json",
        "data": dict(data),
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def signature(body: bytes, key_id: str, sign: Callable[[bytes], bytes]) -> str:
    """What stands in the header of the signature: which key, and the signature over the raw bytes."""
    return f"keyid={key_id}, signature={base64.b64encode(sign(body)).decode()}"


def post(url: str, body: bytes, signed: str) -> None:
    """Hand an event over; raises `httpx.HTTPError` where that cannot be done now."""
    import httpx

    headers = {"Content-Type": TYPE, HEADER: signed}
    httpx.post(url, content=body, headers=headers, timeout=SECONDS, follow_redirects=False).raise_for_status()
