"""The tab of an editor that uploads files, without a browser. It asks its page for addresses and sends files there."""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support.floods import socket_of
from tests.support.server_process import Server

BOUNDARY = "one-file"
CHUNK = 65_536
REFUSED = 413
PATIENCE = 120
"""Seconds that the server may take to answer, with its cores under load."""


class UploadingTab:
    """An open page of an editor. `uploader` is the id of the file widget on it."""

    def __init__(self, socket: Any, server: Server, cookie: tuple[str, str], address: str) -> None:
        self.socket, self.server, self.cookie, self.address = socket, server, cookie, address
        self.uploader, self.script = "", ""
        wire = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        wire.request("GET", "/_stcore/health", headers={"Cookie": "=".join(cookie)})
        self.token = wire.getresponse().getheader("set-cookie", "").partition("=")[2].partition(";")[0]
        wire.close()
        self.run()

    def run(self, *sent: tuple[FileURLs, int]) -> None:
        """Run the page to its end. `sent` are the files that were uploaded, as (addresses, size in bytes)."""
        message, parts = BackMsg(), urlsplit(self.address)
        rerun = message.rerun_script
        rerun.query_string, rerun.page_name, rerun.page_script_hash = parts.query, parts.path.strip("/"), self.script
        rerun.context_info.url = self.address
        if sent:
            widget = rerun.widget_states.widgets.add(id=self.uploader)
            for urls, size in sent:
                widget.file_uploader_state_value.uploaded_file_info.add(
                    file_id=urls.file_id, file_urls=urls, name="a.txt", size=size
                )
        self.socket.send(message.SerializeToString())
        while True:
            answer = self._next()
            kind = answer.WhichOneof("type")
            if kind == "navigation":
                self.script = answer.navigation.page_script_hash
            elif kind == "delta" and answer.delta.new_element.WhichOneof("type") == "file_uploader":
                self.uploader = answer.delta.new_element.file_uploader.id
            elif kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def addresses(self, count: int) -> list[FileURLs]:
        """Return the addresses for `count` files, asked for together as Streamlit's uploader does."""
        message = BackMsg()
        message.file_urls_request.file_names.extend(f"{number}.txt" for number in range(count))
        self.socket.send(message.SerializeToString())
        while (answer := self._next()).WhichOneof("type") != "file_urls_response":
            pass
        return list(answer.file_urls_response.file_urls)

    def send(self, urls: FileURLs, data: bytes, megabytes_per_second: float = 0.0) -> int:
        """Send a file and return the status of the answer. The speed 0 means as fast as possible.

        Return REFUSED if the file was too large, or if the server ended the connection: it need not wait for all of
        the file.
        """
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"; filename="a.txt"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(len(body))}
        sent = _slowly(body, megabytes_per_second) if megabytes_per_second else body
        return self._ask("PUT", urls.upload_url, sent, headers)

    def remove(self, urls: FileURLs) -> int:
        """Delete a file that was sent, and return the status of the answer."""
        return self._ask("DELETE", urls.delete_url, None, {})

    def _ask(self, method: str, url: str, body: bytes | Iterator[bytes] | None, headers: dict[str, str]) -> int:
        wire = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        headers |= {
            "Cookie": f"{'='.join(self.cookie)}; _streamlit_xsrf={self.token}",
            "X-Xsrftoken": self.token,
            "Origin": self.server.url,
        }
        try:
            wire.request(method, urlsplit(url).path, body=body, headers=headers)
            status = wire.getresponse().status
            return REFUSED if status == 413 else status
        except ConnectionError:
            return REFUSED
        finally:
            wire.close()

    def _next(self) -> ForwardMsg:
        message: ForwardMsg = ForwardMsg.FromString(self.socket.recv(PATIENCE))
        return message


def _slowly(body: bytes, megabytes_per_second: float) -> Iterator[bytes]:
    started = time.monotonic()
    for at in range(0, len(body), CHUNK):
        time.sleep(max(0.0, started + at / megabytes_per_second / 1e6 - time.monotonic()))
        yield body[at : at + CHUNK]


@contextmanager
def uploading_tab(server: Server, cookie: tuple[str, str], path: str) -> Iterator[UploadingTab]:
    """Give an open page of the dashboard, for a person with the sign-in cookie (name, value)."""
    with socket_of(server.port, compression=None, additional_headers={"Cookie": "=".join(cookie)}) as socket:
        yield UploadingTab(socket, server, cookie, server.url + path)
