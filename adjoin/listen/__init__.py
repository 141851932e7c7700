"""The listener: HJ 212 over TCP, answered after the packet is on the disk."""
