"""Requests and messages without an end. No library would send them."""

import socket
import struct
import zlib

HALF_HEADER = b"GET /r/x HTTP/1.1\r\nHost: x\r\n"
HALF_BODY = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"
CONTINUATION, BINARY, PING = 0x0, 0x2, 0x89
PONG = bytes([0x8A, 0])
"""The server's answer to an empty ping."""
PACKED = 0x40
"""The bit of a frame which says that the message is compressed."""


def frame(kind: int, data: bytes) -> bytes:
    """Return a frame of a websocket message that is not its last one."""
    return struct.pack("!BBQI", kind, 0x80 | 127, len(data), 0) + data


def opened(port: int, *, packed: bool = False) -> socket.socket:
    """Return an open websocket as a plain socket. A library would finish the messages."""
    wire = socket.create_connection(("127.0.0.1", port), 30)
    more = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" if packed else b""
    wire.sendall(
        b"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n"
        b"Sec-WebSocket-Protocol: streamlit\r\n%s\r\n" % (port, port, more)
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += wire.recv(4096)
    assert answer.startswith(b"HTTP/1.1 101")
    return wire


def packed(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=-12)
    return packer.compress(bytes(size)) + packer.flush(zlib.Z_SYNC_FLUSH)
