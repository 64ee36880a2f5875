"""Whether an address is this machine's own."""

import ipaddress


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own."""
    name = (host or "").strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
