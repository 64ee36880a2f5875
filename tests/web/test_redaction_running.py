"""A running dashboard forgets words that were removed for safety, on pages that are open too."""

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support.event_loop import run_async
from tests.support.server_process import ROOT, Server
from tests.support.story_folder import ASKED, NEWS, RECORDED, made
from tests.support.websocket_client import _asking, _connected, _run, ask
from tests.web.test_private_leaks import fetched

NAME = "Ivan Testov"
TEXT = ASKED.replace("Use should", f"{NAME} and use should") + (
    f"{RECORDED}\nassessments:\n  - {{voice: civil-society, status: not-implemented, date: 2025-12, "
    f"reason: {NAME} was held., verification: seen, recorded: 2026-02-01T12:00:00.000000Z}}\n"
)
"""A recommendation with the name in its words and in the reason of an assessment, which the feed says."""
CONTENT = f"%PDF-1.7 {NAME}"
SHA256 = hashlib.sha256(CONTENT.encode()).hexdigest()
A_FILE = {
    "evidence/law.yaml": f"{NEWS}files:\n  - {{sha256: {SHA256}, kind: pdf, name: a.pdf, size: {len(CONTENT)}, "
    f"{RECORDED}, recorded_by: editor-x7}}\n{RECORDED}\n",
    f"files/{SHA256}.pdf": CONTENT,
    f"files/{SHA256}.pages.txt": f"Of {NAME}.",
    f"files/{SHA256}.preview.webp": f"RIFF {NAME}",
}
"""Evidence with a file in whose text the name is."""
PATHS = ("/r/r1", "/export.csv", "/snapshot.html", "/feed.xml", "/recommendation?id=r1", "/activity")


def said(server: Server) -> list[str]:
    """The addresses that say the name to a reader."""
    return [path for path in PATHS if NAME.encode() in fetched(server, path)]


def remove(server: Server) -> None:
    env = {**os.environ, "TRACKER_DATA": str(server.data), "TRACKER_STATE": str(server.state)}
    run = [sys.executable, "-m", "tracker", "redact"]
    subprocess.run(run, input=NAME, text=True, check=True, cwd=ROOT, env=env, stdout=subprocess.PIPE)


async def drawn_anew(server: Server) -> bytes:
    """What an open page is sent by itself after the words were removed, until it is drawn."""
    url, got = f"{server.url}/recommendation?id=r1", b""
    async with _connected(url, {"Cookie": "=".join(server.cookie())}) as socket:
        assert NAME.encode() in (await _run(socket, _asking(url).SerializeToString())).raw
        await asyncio.to_thread(remove, server)
        until = time.monotonic() + 30
        while b"removed for safety" not in got and time.monotonic() < until:
            await asyncio.to_thread(ask, server.url)  # somebody's visit is a look at the files
            try:
                while True:
                    data = await asyncio.wait_for(socket.recv(), 0.5)
                    got += data
                    if ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
                        break
            except TimeoutError:
                continue
    return got


def test_the_words_are_in_no_answer_and_open_pages_are_drawn_anew(server: Callable[..., Server], tmp_path: Path):
    running = server(made(tmp_path / "made", {"recommendations/r1.yaml": TEXT, **A_FILE}))
    assert said(running) == [*PATHS]
    got = run_async(drawn_anew(running))
    assert (NAME.encode() in got, b"removed for safety" in got) == (False, True)
    assert said(running) == []
    assert [name for name in A_FILE if NAME.encode() in fetched(running, f"/{name}")] == []
    assert list((running.data / "files").iterdir()) == []
    assert SHA256 not in (running.data / "evidence" / "law.yaml").read_text("utf-8")
