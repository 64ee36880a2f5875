"""A running dashboard forgets evidence that was made private again."""

import time

from tests.editing.test_unpublish import FILES, WORD, unpublished
from tests.support.server_process import Server
from tests.support.story_folder import made
from tests.support.websocket_client import ask
from tests.web.test_private_leaks import fetched
from tracker.editing.private_evidence import PrivateFolder
from tracker.storage.dataset_reader import DatasetReader

PATHS = (
    "/r/r1",
    "/snapshot.html",
    "/brief.html",
    "/feed.xml",
    "/export.csv",
    "/api/recommendations.json",
    "/api/recommendations/r1.json",
)
PAGES = ("/recommendation?id=r1", "/evidence?x=1", f"/evidence?q={WORD}", "/activity?x=1")
PASTS = ("", "&recorded=2026-03-01T00:00:00.000000Z", "&as_of=2026-03-01")


def saying(server: Server, words: str) -> set[str]:
    """The addresses that say these words to a reader, with the pages as Streamlit sends them."""
    found = set()
    for past in PASTS:
        for path in PATHS:
            found |= {path + past} if words in fetched(server, f"{path}?x=1{past}").decode() else set()
        # what was searched for stands in the field
        found |= {path + past for path in PAGES[:1] if words.encode() in ask(f"{server.url}{path}{past}").raw}
        found |= {path + past for path in PAGES[1:] if words in "".join(ask(f"{server.url}{path}{past}").html)}
    return found


def test_no_reader_is_told_the_words_by_a_dashboard_that_knew_them(server, tmp_path):
    data = made(tmp_path / "made", FILES)
    running = server(data, TRACKER_PRIVATE=str(tmp_path / "private"))
    held = "was held"
    assert {path for path in saying(running, held) if "&" not in path} >= {
        "/r/r1",
        "/snapshot.html",
        "/feed.xml",
        "/api/recommendations/r1.json",
        "/recommendation?id=r1",
        "/evidence?x=1",
        "/activity?x=1",
    }
    unpublished(PrivateFolder(tmp_path / "private", DatasetReader(running.data)))
    until = time.monotonic() + 10  # hand edits, and those of another process, show within a second
    while saying(running, held) | saying(running, f"Of {WORD}") and time.monotonic() < until:
        pass
    assert saying(running, held) | saying(running, f"Of {WORD}") == set()
    assert saying(running, "no longer public") >= {
        "/recommendation?id=r1",
        "/activity?x=1",
        "/feed.xml",
        "/recommendation?id=r1" + PASTS[1],
        "/r/r1" + PASTS[1],
    }
