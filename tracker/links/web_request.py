"""Ask for one address: with limits, without following redirects, and never on the own machine or network."""

import http.client
import ipaddress
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from threading import Event, Timer
from urllib.parse import SplitResult, quote, urlsplit

MOST_OF_A_PAGE = 4_096
"""How much of a page is read. Only its status counts."""
REQUEST_HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; link check)", "Accept": "*/*", "Connection": "close"}
"""They say nothing about who asks."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class RequestFailed(Exception):
    """There was no answer; the text says why, as a phrase.

    `is_name_unknown` says that there is no server with this name, `is_lookup_impossible` that nobody could be asked for it.
    `was_refused` says that the server ended the connection, as some do
    if they do not know the method HEAD.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_name_unknown: bool = False,
        is_lookup_impossible: bool = False,
        was_refused: bool = False,
    ) -> None:
        super().__init__(reason)
        self.is_name_unknown, self.is_lookup_impossible = is_name_unknown, is_lookup_impossible
        self.was_refused = was_refused


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """The status of an answer, and where it redirects to, "" if nowhere."""

    status: int
    location: str = ""


def request_head(url: str, method: str, *, timeout: float, allow_local: bool) -> WebAnswer:
    """Return the answer to a request. `method` is HEAD or GET. `timeout` is in seconds, for the whole answer.

    With `allow_local`, addresses of this machine and of the local network are asked too. Raises RequestFailed.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RequestFailed("only links that begin with http:// or https:// are checked")
        host, port = parts.hostname.encode("idna").decode(), parts.port or (443 if parts.scheme == "https" else 80)
    except (UnicodeError, ValueError):
        raise RequestFailed("the name of the server cannot be read") from None
    family, address = _find_address(host, port, allow_local=allow_local)
    sockets = [socket.socket(family, socket.SOCK_STREAM)]
    is_over = Event()
    # a server could send one byte at a time for ever: end it after this time in any case
    end = Timer(timeout, _shut_down, [sockets, is_over])
    end.daemon = True
    end.start()
    try:
        sockets[0].settimeout(timeout)
        sockets[0].connect(address)
        if parts.scheme == "https":
            secure = _tls().wrap_socket(sockets[0], server_hostname=host, do_handshake_on_connect=False)
            sockets.append(secure)
            secure.do_handshake()
        answer = _ask(sockets[-1], parts, method, host=host)
        if is_over.is_set():  # an answer that ends in the middle looks like a short one
            raise TimeoutError
        return answer
    except (http.client.HTTPException, OSError, ValueError) as error:
        if is_over.is_set() or isinstance(error, TimeoutError):
            raise RequestFailed(f"no answer within {timeout:g} seconds") from None
        raise _failure(error) from None
    finally:
        end.cancel()
        for one in sockets:
            one.close()


def _failure(error: Exception) -> RequestFailed:
    match error:
        case ssl.SSLCertVerificationError():
            return RequestFailed(f"its certificate is not valid ({error.verify_message})")
        case ssl.SSLError():
            return RequestFailed("no secure connection is possible")
        case http.client.HTTPException() | ConnectionResetError() | BrokenPipeError():
            return RequestFailed("the server ended the connection without a proper answer", was_refused=True)
        case OSError():
            return RequestFailed((error.strerror or "no connection is possible").lower())
    return RequestFailed("the answer cannot be read")


def _ask(opened: socket.socket, parts: SplitResult, method: str, *, host: str) -> WebAnswer:
    connection = http.client.HTTPConnection(host, parts.port)
    connection.sock = opened
    connection.putrequest(method, _path(parts), skip_host=True, skip_accept_encoding=True)
    is_default_port = parts.port in (None, 443 if parts.scheme == "https" else 80)
    name = f"[{host}]" if ":" in host else host
    connection.putheader("Host", name if is_default_port else f"{name}:{parts.port}")
    for header, value in REQUEST_HEADERS.items():
        connection.putheader(header, value)
    connection.endheaders()
    answer = connection.getresponse()
    location = answer.getheader("Location", "")
    # http.client reads headers as Latin-1; addresses in other letters are sent as UTF-8
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    if method == "GET":
        answer.read(MOST_OF_A_PAGE)
    return WebAnswer(answer.status, location.strip())


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return path + (f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?' + chr(39))}" if parts.query else "")


def _find_address(host: str, port: int, *, allow_local: bool) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """Return (address family, address) of a server. It is asked under this address, whatever its name means later."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        is_unknown = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        reason = "there is no server with this name" if is_unknown else "the name of the server could not be looked up"
        raise RequestFailed(reason, is_name_unknown=is_unknown, is_lookup_impossible=not is_unknown) from None
    except (OSError, UnicodeError):
        raise RequestFailed("the name of the server cannot be read") from None
    if not allow_local and not all(is_public_address(str(one[4][0])) for one in found):
        raise RequestFailed("it leads to this machine or the local network, so it was not asked")
    # most networks have IPv4; where there is only IPv6, there is no other address
    family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, (str(address[0]), port)


def is_public_address(address: str) -> bool:
    """Return whether an IP address is one of the public internet, and not of this machine or a local network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _shut_down(sockets: list[socket.socket], is_over: Event) -> None:
    is_over.set()
    with suppress(OSError):
        sockets[-1].shutdown(socket.SHUT_RDWR)
