"""A server with good, moved, missing and malicious pages, which notes what it was asked."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Lock, Thread

REDIRECTS = {
    "/moved": (301, "/ok"),
    "/moved-twice": (308, "/moved"),
    "/for-now": (302, "/ok"),
    "/then-for-now": (301, "/for-now"),
    "/for-now-then": (302, "/moved"),
    "/moved-away": (301, "/gone"),
    "/to-front": (301, "/"),
    "/circle": (302, "/circle"),
    "/to-nonsense": (301, "http://[::1/"),
    "/cyrillic": (301, "/закон"),
    "/to-file": (302, "file:///etc/passwd"),
}

MEETING = Barrier(2)
"""Two requests for /meet are answered when both are there."""


class LinkServer:
    """What the server was asked: (method, path) in order, how many at the same time, and when."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.most_at_once = 0
        self.spans: list[tuple[float, float]] = []
        self.port, self.is_open = 0, True
        self._now, self._lock = 0, Lock()

    def url(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def begin(self) -> float:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        return time.monotonic()

    def end(self, began: float) -> None:
        with self._lock:
            self._now -= 1
            self.spans.append((began, time.monotonic()))


@contextmanager
def link_server() -> Iterator[LinkServer]:
    """Run such a server on a free port of this machine."""
    noted = LinkServer()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self) -> None:
            began = noted.begin()
            noted.asked.append((self.command, self.path))
            noted.headers.append(dict(self.headers))
            try:
                self._send(self.path.partition("?")[0])
            except OSError:
                pass
            finally:
                noted.end(began)

        def _send(self, path: str) -> None:
            is_head = self.command == "HEAD"
            if path in REDIRECTS or path.startswith("/far-"):
                status, location = REDIRECTS.get(path) or (302, f"/far-{int(path[5:]) + 1}")
                self.send_response(status)
                self.send_header("Location", location.encode().decode("latin-1"))
                self.end_headers()
            elif path == "/closes-on-head" and is_head:
                self.connection.close()
            elif path == "/meet":
                MEETING.wait(20)
                self.send_response(200)
                self.end_headers()
            elif path == "/silent":
                while noted.is_open:
                    time.sleep(0.02)
            elif path == "/drip":
                self.wfile.write(b"HTTP/1.0 200 OK\r\n")
                while noted.is_open:
                    self.wfile.write(b"X-A: b\r\n")
                    time.sleep(0.02)
            elif path == "/endless" and not is_head:
                self.send_response(200)
                self.end_headers()
                while noted.is_open:
                    self.wfile.write(b"x" * 100_000)
            else:
                statuses = {"/gone": 404, "/gone-for-good": 410, "/broken": 500, "/forbidden": 403, "/endless": 405}
                only_get = {"/only-get": 405, "/not-on-head": 404}
                self.send_response(statuses.get(path, only_get.get(path, 200) if is_head else 200))
                self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    noted.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield noted
    finally:
        noted.is_open = False
        server.shutdown()
        thread.join()
        server.server_close()
