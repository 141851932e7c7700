"""What one client may take of the listener: each limit bounds memory, open files or the disk, and none loses a packet.

A client that is too fast is read more slowly (TCP makes it wait). A client that is silent before its first packet,
stops inside a packet, does not read its answers, or sends only what is no packet, is let go; it comes again.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a listener; times in seconds."""

    connections: int = 20_000
    first_packet_s: float = 60.0  # from connecting to the first whole packet
    rest_of_packet_s: float = 60.0  # from the first byte of a packet to its last
    silent_s: float = 86_400.0  # without a byte
    unread_s: float = 60.0  # answers that the client does not read
    answers_bytes: int = 65_536  # of answers waiting for one client
    waiting_bytes: int = 64 * 2**20  # of packets of all clients that are not on the disk yet
    waiting_each_bytes: int = 262_144  # of one client
    per_station: int = 4_000  # packets a second of one MN over one connection; what is above waits there
    rejects_in_a_row: int = 200  # pieces that are no packets, after which a client is let go
    rejects_kept: int = 100  # of one client in a minute; all are counted
