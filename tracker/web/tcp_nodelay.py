"""Small answers leave at once: without this every answer to a plain client waits 44 ms."""

import gc
import socket


def disable_nagle() -> int:
    """Switches Nagle's algorithm off at every socket that listens; what it accepts inherits that. Gives how many there are."""
    # Streamlit binds its socket without naming the protocol, so that asyncio leaves the option alone.
    found = [thing for thing in gc.get_objects() if isinstance(thing, socket.socket) and _listens(thing)]
    for listening in found:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(found)


def _listens(one: socket.socket) -> bool:
    try:
        inet = one.family in (socket.AF_INET, socket.AF_INET6)
        return inet and one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
    except OSError:
        return False
