"""A letter by SMTP."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

SECONDS = 20


@dataclass(frozen=True, slots=True)
class Server:
    """Where letters are handed in, and from whom they come."""

    host: str
    port: int
    sender: str
    starttls: bool = False


def letter(server: Server, to: str, subject: str, text: str, *, key: str, at: datetime) -> EmailMessage:
    """A letter; its key makes its Message-ID, so that the same letter sent twice is seen to be the same."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, to, subject
    message["Date"], message["Message-ID"] = (
        format_datetime(at),
        f"<{key}@{server.sender.partition('@')[2] or 'adjoin'}>",
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="base64")
    return message


def send(server: Server, message: EmailMessage) -> None:
    """Hand a letter in; raises `OSError` or `smtplib.SMTPException` where that cannot be done now."""
    with smtplib.SMTP(server.host, server.port, timeout=SECONDS) as smtp:
        if server.starttls:
            smtp.starttls(context=ssl.create_default_context())
        smtp.send_message(message)
