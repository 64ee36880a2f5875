"""A running dashboard forgets evidence that was made private again."""

import hashlib

from tests.editing.test_unpublish import FILES, WORD, unpublished
from tests.support.canary_folder import lay
from tests.support.server_process import Server
from tests.support.story_folder import made
from tests.support.waiting import wait_until
from tests.web.test_private_leaks import fetched
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.private.publication import UNPUBLISHING
from tracker.storage.dataset_reader import DatasetReader

CONTENT = f"%PDF-1.7 {WORD} was held"
SHA256 = hashlib.sha256(CONTENT.encode()).hexdigest()
ENTRY = f"""\
files:
  - {{sha256: {SHA256}, kind: pdf, name: {WORD}.pdf, size: {len(CONTENT)}, recorded_by: editor-x7,
     caption: The file says that {WORD} was held, recorded: 2026-02-01T00:00:00.000002Z}}
"""
WITH_A_FILE = {
    **FILES,
    "evidence/held.yaml": FILES["evidence/held.yaml"].replace("tags:", f"{ENTRY}tags:"),
    f"files/{SHA256}.pdf": CONTENT,
    f"files/{SHA256}.pages.txt": f"On this page {WORD} was held",
    f"files/{SHA256}.preview.webp": f"RIFF {WORD} was held",
}
"""Evidence with a file that says the words in its content, its text, its preview, its name and its caption."""
PATHS = (
    *["/r/r1", "/snapshot.html", "/brief.html", "/feed.xml", "/export.csv"],
    *("/api/recommendations.json", "/api/recommendations/r1.json"),
    *(f"/files/{SHA256}.{end}" for end in ("pdf", "pages.txt", "preview.webp")),
)
PAGES = ("/recommendation?id=r1", "/evidence?x=1", f"/evidence?q={WORD}", "/activity?x=1")
PASTS = ("", "&recorded=2026-03-01T00:00:00.000000Z", "&as_of=2026-03-01")


def saying(server: Server, words: str) -> set[str]:
    """The addresses that say these words to a reader."""
    found = set()
    for past in PASTS:
        for path in PATHS:
            found |= {path + past} if words in fetched(server, f"{path}?x=1{past}").decode() else set()
        found |= {path + past for path in PAGES if words.encode() in fetched(server, path + past)}
    return found


def test_no_reader_is_told_the_words_by_a_dashboard_that_knew_them(server, tmp_path):
    data = made(tmp_path / "made", WITH_A_FILE)
    running = server(data, TRACKER_PRIVATE=str(tmp_path / "private"))
    held = "was held"
    answers = "/r/r1 /snapshot.html /feed.xml /api/recommendations/r1.json"
    pages = "/recommendation?id=r1 /evidence?x=1 /activity?x=1"
    assert saying(running, held) >= {*answers.split(), *pages.split()}
    unpublished(PrivateFolder(tmp_path / "private", DatasetReader(running.data), THE_HOST))
    # hand edits, and those of another process, show within a second
    wait_until(lambda: not saying(running, held) | saying(running, f"Of {WORD}"))
    words = (held, f"Of {WORD}", f"{WORD}.pdf")
    assert [(word, found) for word in words if (found := saying(running, word))] == []
    files = [path for path in running.data.rglob("*") if path.is_file()]
    assert [path.name for path in files if WORD.encode() in path.read_bytes()] == []
    told = {"/activity?x=1", "/feed.xml", f"/r/r1{PASTS[1]}"} | {f"/recommendation?id=r1{past}" for past in PASTS[:2]}
    # five seconds after a removal all open pages begin anew: one that is asked for at that moment answers the next time
    wait_until(lambda: saying(running, "no longer public") >= told)


def test_the_start_ends_what_a_kill_left(tmp_path):
    server = Server(tmp_path, {"TRACKER_PRIVATE": str(tmp_path / "private")}, forked=True)
    made(server.data, WITH_A_FILE)
    lay(tmp_path / "private", {UNPUBLISHING: f"evidence held {SHA256} reviewer-x1 0001-01-01\n"})
    server.start()
    server.stop()
    assert list((server.data / "files").iterdir()) == []
    assert SHA256 not in (server.data / "evidence" / "held.yaml").read_text("utf-8")
    assert (tmp_path / "private" / "files" / f"{SHA256}.pdf").read_text("utf-8") == CONTENT
