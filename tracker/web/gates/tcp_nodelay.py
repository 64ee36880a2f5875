"""Switch off Nagle's algorithm, which delays each small response to a plain HTTP client by 44 ms."""

import gc
import socket


def disable_nagle() -> int:
    """Set the option TCP_NODELAY on every listening socket of this process. Return the number of these sockets.

    Connections that a socket accepts have the option too.
    """
    # asyncio sets the option only on sockets whose protocol is given as TCP. Streamlit binds its socket without one and
    # does not hand it out, so search for it.
    # isinstance() would ask a weak proxy for its object, and raise if that is gone
    sockets = (item for item in gc.get_objects() if issubclass(type(item), socket.socket))
    listening = [item for item in sockets if _is_listening(item)]
    for tcp_socket in listening:
        tcp_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(listening)


def _is_listening(candidate: socket.socket) -> bool:
    try:
        is_tcp = candidate.family in (socket.AF_INET, socket.AF_INET6)
        return is_tcp and candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
    except OSError:
        return False
