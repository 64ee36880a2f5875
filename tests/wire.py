"""What the dashboard sends a browser, read off its websocket without one."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass
class Answer:
    """One run of a page: what it showed, the pages it knows, the exceptions it sent."""

    html: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    raw: bytes = b""


def ask(url: str, **headers: str) -> Answer:
    """The first run of a page in a new session, as a browser would ask for it."""
    return asyncio.run(_ask(url, headers))


async def _ask(url: str, headers: dict[str, str]) -> Answer:
    parts = urlsplit(url)
    request = BackMsg()
    request.rerun_script.query_string = parts.query
    request.rerun_script.page_name = parts.path.strip("/")
    request.rerun_script.context_info.url = f"{parts.scheme}://{parts.netloc}{parts.path}"
    answer = Answer()
    name = headers.pop("Host", parts.hostname)
    async with websockets.connect(
        f"ws://{name}:{parts.port}/_stcore/stream",
        host=parts.hostname,
        port=parts.port,
        subprotocols=["streamlit"],
        additional_headers={"Origin": f"{parts.scheme}://{parts.netloc}", **headers},
        max_size=None,
        proxy=None,
    ) as socket:
        await socket.send(request.SerializeToString())
        while True:
            data = await asyncio.wait_for(socket.recv(), 30)
            answer.raw += data
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                answer.pages = [page.url_pathname for page in message.navigation.app_pages]
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "html":
                    answer.html.append(element.html.body)
                elif element.WhichOneof("type") == "exception":
                    answer.exceptions.append(element.exception.message)
            elif kind == "script_finished":
                return answer
