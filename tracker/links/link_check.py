"""Check links: which are gone, which moved, and which could not be reached.

Several servers are asked at the same time, but each of them only once at a time and with a pause.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock
from urllib.parse import urljoin, urlsplit

from tracker.links.web_request import RequestFailed, WebAnswer, request_head

MAX_REDIRECTS = 10
SERVERS_AT_ONCE = 8
PAUSE = 1.0
"""Seconds between two requests to one server."""
TIMEOUT = 15.0
GONE = frozenset({404, 410})
PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class LinkState(StrEnum):
    """What a check found about a link."""

    WORKS = "works"
    GONE = "gone"
    MOVED = "moved"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The result for one link. `detail` says why, as a phrase; of a link that moved, it is the new address.

    `is_name_unknown` says that the server of the link, or of its new address, has no entry in the domain name system, or
    that nobody can be asked for it.
    """

    url: str
    state: LinkState
    detail: str = ""
    is_name_unknown: bool = False


@dataclass(frozen=True, slots=True)
class LinkLimits:
    """How links are checked. `timeout` and `pause` are seconds, `servers` how many servers are asked at the same time.

    With `allow_local`, addresses of this machine and of the local network are asked too.
    """

    timeout: float = TIMEOUT
    pause: float = PAUSE
    servers: int = SERVERS_AT_ONCE
    allow_local: bool = False


class _Turns:
    """Lets one request at a time go to a server, and waits between two of them."""

    def __init__(self, pause: float, stop: Event) -> None:
        self._pause, self._stop, self._lock = pause, stop, Lock()
        self._servers: dict[str, tuple[Lock, list[float]]] = {}

    @contextmanager
    def of(self, server: str) -> Iterator[None]:
        with self._lock:
            turn, last = self._servers.setdefault(server, (Lock(), [float("-inf")]))
        with turn:
            self._stop.wait(max(0.0, last[0] + self._pause - time.monotonic()))
            if self._stop.is_set():
                raise RequestFailed("cancelled")
            try:
                yield
            finally:
                last[0] = time.monotonic()


def check_links(
    urls: Iterable[str],
    limits: LinkLimits,
    *,
    on_result: Callable[[LinkResult], object] = lambda _: None,
) -> dict[str, LinkResult]:
    """Check links and return url → result. `on_result` is called with each result as soon as it is there.

    If this is interrupted, no further request is made.
    """
    by_server: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        by_server.setdefault(_server(url), []).append(url)
    stop, results = Event(), dict[str, LinkResult]()
    turns = _Turns(limits.pause, stop)

    def check_server(urls: list[str]) -> list[LinkResult]:
        return [_check(url, limits, turns) for url in urls]

    with ThreadPoolExecutor(max_workers=max(1, limits.servers)) as pool:
        try:
            # the largest first, because a server is asked for one link after the other
            jobs = [pool.submit(check_server, urls) for urls in sorted(by_server.values(), key=len, reverse=True)]
            for job in as_completed(jobs):
                for result in job.result():
                    results[result.url] = result
                    on_result(result)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
    return results


def _check(url: str, limits: LinkLimits, turns: _Turns) -> LinkResult:
    """Follow a link to its end, and return what was found."""
    at, moved_to, seen = url, "", {url}
    is_permanent = True
    for _ in range(MAX_REDIRECTS + 1):
        try:
            answer = _answer(at, limits, turns)
        except RequestFailed as error:
            state = LinkState.GONE if error.is_name_unknown else LinkState.UNREACHABLE
            detail = str(error) if at == url else f"{error}, at {at}"
            return LinkResult(url, state, detail, is_name_unknown=error.is_name_unknown or error.is_lookup_impossible)
        if answer.status not in REDIRECTS or not answer.location:
            return _result(url, answer.status, moved_to)
        try:
            at = urljoin(at, answer.location).partition("#")[0]
        except ValueError:
            return LinkResult(url, LinkState.UNREACHABLE, "it redirects to an address that cannot be read")
        is_permanent = is_permanent and answer.status in PERMANENT
        moved_to = at if is_permanent else moved_to
        if at in seen:
            return LinkResult(url, LinkState.UNREACHABLE, "it redirects in a circle")
        seen.add(at)
    return LinkResult(url, LinkState.UNREACHABLE, f"more than {MAX_REDIRECTS} redirects")


def _result(url: str, status: int, moved_to: str) -> LinkResult:
    if status in GONE:
        return LinkResult(url, LinkState.GONE, f"the server answers {status}")
    if not 200 <= status < 300:
        return LinkResult(url, LinkState.UNREACHABLE, f"the server answers {status}; open it in a browser")
    if not moved_to:
        return LinkResult(url, LinkState.WORKS)
    is_front_page = urlsplit(moved_to).path in ("", "/") and urlsplit(url).path not in ("", "/")
    note = " (the front page: the page itself may be gone)" if is_front_page else ""
    return LinkResult(url, LinkState.MOVED, moved_to + note)


def _answer(url: str, limits: LinkLimits, turns: _Turns) -> WebAnswer:
    """Return the answer to a HEAD request; if it is an error or none, that to a GET request. Raises RequestFailed."""
    for method in ("HEAD", "GET"):
        with turns.of(_server(url)):
            try:
                answer = request_head(url, method, timeout=limits.timeout, allow_local=limits.allow_local)
            except RequestFailed as error:
                if method == "GET" or not error.was_refused:
                    raise
                continue
        if answer.status < 400 or method == "GET":
            return answer
    raise AssertionError("unreachable")


def _server(url: str) -> str:
    """Return the name and port of a server, for taking turns."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
