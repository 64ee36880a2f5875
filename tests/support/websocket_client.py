"""Read what the dashboard sends to a browser: its page and, to who is signed in, over the websocket of Streamlit."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from tests.support.event_loop import run_async


@dataclass
class Answer:
    """What one run of a page sent. `widgets` is label → id, `raw` has all bytes."""

    html: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    widgets: dict[str, str] = field(default_factory=dict)
    script: str = ""
    raw: bytes = b""

    def meet(self, element: Any) -> None:
        """Add an element of the page."""
        kind = element.WhichOneof("type")
        shown = getattr(element, kind)
        if kind == "html":
            self.html.append(shown.body)
        elif kind == "exception":
            self.exceptions.append(shown.message)
        elif kind == "alert":
            self.alerts.append(shown.body)
        elif hasattr(shown, "label") and hasattr(shown, "id"):
            self.widgets[shown.label] = shown.id


def ask(url: str, **headers: str) -> Answer:
    """Return the answer to the first run of a page in a new session; for a reader, the page."""
    try:
        return run_async(_ask(url, dict(headers)))
    except InvalidStatus as refused:
        assert refused.response.status_code == 403
    except ConnectionClosedError as closed:  # the sign-in ended between the handshake and the answer
        assert closed.rcvd is not None and closed.rcvd.code == 1008
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as got:
            raw = got.read()
    except urllib.error.HTTPError as error:
        raw = error.read()
    return Answer(html=[raw.decode()], raw=raw)


async def _ask(url: str, headers: dict[str, str]) -> Answer:
    async with _connected(url, headers) as socket:
        return await _run(socket, _asking(url).SerializeToString())


class Tab:
    """A browser tab without a browser. `sent` has all messages that it sent, so that another tab can send the same."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url, self.headers = url, headers
        self.sent: list[bytes] = []
        self.deeds: list[tuple[dict[str, str], str]] = []

    def does(self, typed: dict[str, str], press: str = "") -> None:
        """Add a step: what is typed or chosen, as label → value, and the label of the button that is pressed."""
        self.deeds.append((typed, press))

    def goes(self, between: Callable[[], None] = lambda: None) -> list[Answer]:
        """Open the page, take the steps, and return the answer to each run. Call `between` before the last step."""
        return run_async(self._goes(between))

    async def _goes(self, between: Callable[[], None]) -> list[Answer]:
        asking, states = _asking(self.url), {}
        async with _connected(self.url, dict(self.headers)) as socket:
            answers = [await self._send(socket, asking)]
            for number, (typed, press) in enumerate(self.deeds, 1):
                seen, rerun = answers[-1], asking.rerun_script
                for label, value in typed.items():
                    states[label] = WidgetState(id=seen.widgets[label], string_value=value)
                rerun.page_script_hash = seen.script
                del rerun.widget_states.widgets[:]
                rerun.widget_states.widgets.extend(states.values())
                if press:
                    rerun.widget_states.widgets.append(WidgetState(id=seen.widgets[press], trigger_value=True))
                if number == len(self.deeds):
                    between()
                answers.append(await self._send(socket, asking))
        return answers

    async def _send(self, socket: Any, asking: BackMsg) -> Answer:
        self.sent.append(asking.SerializeToString())
        return await _run(socket, self.sent[-1])


def replayed(url: str, sent: list[bytes], **headers: str) -> list[Answer]:
    """Return the answers to the messages of another tab, which are sent byte for byte."""

    async def replaying() -> list[Answer]:
        async with _connected(url, headers) as socket:
            return [await _run(socket, raw) for raw in sent]

    return run_async(replaying())


def _asking(url: str) -> BackMsg:
    parts, asking = urlsplit(url), BackMsg()
    asking.rerun_script.query_string = parts.query
    asking.rerun_script.page_name = parts.path.strip("/")
    asking.rerun_script.context_info.url = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return asking


def _connected(url: str, headers: dict[str, str]) -> Any:
    parts = urlsplit(url)
    name = headers.pop("Host", parts.hostname)
    return websockets.connect(
        f"ws://{name}:{parts.port}/_stcore/stream",
        host=parts.hostname,
        port=parts.port,
        subprotocols=[websockets.Subprotocol("streamlit")],
        additional_headers={"Origin": f"{parts.scheme}://{parts.netloc}", **headers},
        max_size=None,
        proxy=None,
    )


async def _run(socket: Any, asked: bytes) -> Answer:
    """Send a message, and return the answer when the page has run to its end."""
    answer = Answer()
    await socket.send(asked)
    while True:
        data = await asyncio.wait_for(socket.recv(), 30)
        answer.raw += data
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            answer.pages = [page.url_pathname for page in message.navigation.app_pages]
            answer.script = message.navigation.page_script_hash
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            answer.meet(message.delta.new_element)
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return answer
