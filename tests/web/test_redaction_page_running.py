"""Words that a reviewer removed with the button are in no file, no log, no answer, and not in the server's memory."""

import signal
from collections.abc import Callable
from pathlib import Path

from tests.pages.test_redaction_page import REMOVE, SHOW, TEXT, holding
from tests.support.server_process import Server
from tests.support.story_folder import made
from tests.support.waiting import wait_until
from tests.support.websocket_client import Tab, ask
from tracker.model.permissions import Role

NAME = "Ivan Testov"
WATCH = """
import gc, os, re, signal, sys
from functools import partial
from itertools import filterfalse

WORD = bytes.fromhex("746573746f76").decode()
MARKS = re.compile(r"\\[[^\\]]*\\][*]|[^a-zA-Z ]")

def texts(thing):
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, (bytes, bytearray)):
        yield bytes(thing).decode("utf-8", "ignore")
    elif isinstance(thing, sys.modules["google.protobuf.message"].Message):
        yield thing.SerializeToString().decode("utf-8", "ignore")

def held(*_):
    gc.collect()
    seen, found = set(), 0
    # no tuples: Python refuses to finish one that another thread is making and somebody else refers to
    ahead = [*filterfalse(partial(type.__instancecheck__, tuple), gc.get_objects())]
    ahead += (vars(m) for m in list(sys.modules.values()) if hasattr(m, "__dict__"))
    while ahead:
        thing = ahead.pop()
        if id(thing) in seen or thing is seen or thing is ahead:
            continue
        seen.add(id(thing))
        found += thing is not WORD and any(WORD in MARKS.sub("", text).lower() for text in texts(thing))
        if not isinstance(thing, (str, bytes, int, float)):
            ahead += gc.get_referents(thing)
    with open(os.environ["WATCHED"] + ".new", "w") as said:
        said.write(str(found))
    os.replace(os.environ["WATCHED"] + ".new", os.environ["WATCHED"])

signal.signal(signal.SIGUSR1, held)
"""
"""Counts the texts in the memory of the server that hold the name; its letters stand nowhere in this program."""


def held(running: Server, watched: Path) -> int:
    """How many texts in the server's memory hold the name."""
    watched.unlink(missing_ok=True)
    assert running.process
    running.process.send_signal(signal.SIGUSR1)
    wait_until(watched.exists)
    return int(watched.read_text())


def tab(running: Server, path: str, role: Role) -> Tab:
    cookie = "=".join(running.cookie(f"{role}-x1", role))
    return Tab(running.url + path, Cookie=cookie)


def test_the_button_leaves_them_nowhere(server: Callable[..., Server], tmp_path: Path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WATCH)
    watched, private = tmp_path / "watched", tmp_path / "private"
    (private / "notes").mkdir(parents=True)
    (private / "notes" / "r1.yaml").write_text(f"notes:\n  - {{text: '{NAME} was held.'}}\n")
    data = made(tmp_path / "made", {"recommendations/r1.yaml": TEXT})
    running = server(data, PYTHONPATH=str(tmp_path / "site"), WATCHED=str(watched), TRACKER_PRIVATE=str(private))
    for path in ("/recommendation?id=r1&lang=en", "/activity?lang=en", "/recommendation?id=r1&editing=old&lang=en"):
        editor = tab(running, path, Role.EDITOR)
        if "editing" in path:
            editor.does({"Reasons": NAME})
        editor.goes()
    assert (len(holding(running.folder)), len(holding(private)), held(running, watched) > 0) == (1, 1, True)

    reviewer = tab(running, "/edit?what=redact&lang=en", Role.REVIEWER)
    typed = {"Words to remove, one phrase a line": NAME}
    reviewer.does(typed, SHOW)
    reviewer.does(typed, REMOVE)
    seen, done = reviewer.goes()[1:]
    assert ("[…] and use should not".encode() in seen.raw, b"removed for safety" in done.raw) == (True, True)
    assert (NAME.encode() in seen.raw, NAME.encode() in done.raw) == (False, False)
    assert "The words have been removed." in "".join(done.html)

    assert (holding(running.folder), holding(private)) == ([], [])
    assert b"estov" not in ask(f"{running.url}/recommendation?id=r1").raw
    # an open page forgets them when the server draws it anew, a request on its way when the caches are cleared again
    wait_until(lambda: held(running, watched) == 0, patience=180.0)
