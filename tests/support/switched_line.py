"""What stands before two copies of the dashboard: it connects browsers with the copy that answers."""

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress


class SwitchedLine:
    """Listens on a port of its own, and connects each caller with the first of `ports` that answers."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._listening = ports, socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._listening.accept()
                threading.Thread(target=self._connect, args=(caller,), daemon=True).start()

    def _connect(self, caller: socket.socket) -> None:
        for port in self._ports:
            with suppress(OSError):
                copy = socket.create_connection(("127.0.0.1", port))
                threading.Thread(target=_pass_on, args=(copy, caller), daemon=True).start()
                _pass_on(caller, copy)
                break
        caller.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Passes on what comes, until one of the two closes the line. Then both are closed."""
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for line in (source, target):
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
