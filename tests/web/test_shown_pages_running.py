"""A large tracker: readers' pages may lack what was just added, and no page that is kept says what was taken back."""

import time
from pathlib import Path

from tests.editing.test_unpublish import WORD, unpublished
from tests.support.http_client import say
from tests.support.server_process import Server
from tests.support.story_folder import ASKED, NEWS, made
from tests.support.waiting import wait_until
from tests.web.test_redaction_running import NAME, TEXT, remove
from tests.web.test_unpublish_running import WITH_A_FILE
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.queries.current_view import LARGE
from tracker.storage.dataset_reader import DatasetReader

PAGES = (
    "/recommendations?lang=en",
    "/recommendation?id=r1",
    "/recommendation?id=named",
    "/evidence?x=1",
    "/activity?x=1",
    "/",
)


def saying(server: Server, words: str) -> list[str]:
    return [page for page in PAGES if words in say(server, "GET", page)[2]]


def test_what_another_process_takes_back_is_on_no_page_that_is_kept(server, tmp_path: Path):
    many = {f"recommendations/x{number}.yaml": ASKED for number in range(LARGE)}
    data = made(tmp_path / "made", {**many, **WITH_A_FILE, "recommendations/named.yaml": TEXT})
    running = server(data, TRACKER_PRIVATE=str(tmp_path / "private"))
    signed_in = {"Cookie": "=".join(running.cookie())}

    def add(news: str) -> bool:
        """Add evidence. Return whether readers of its page do not see it yet when it is elsewhere."""
        page = f"/evidence?id={news}"
        (running.data / "evidence" / f"{news}.yaml").write_text(NEWS.replace("The law was", f"{news} was"))
        wait_until(lambda: f"{news} was" in say(running, "GET", page, **signed_in)[2])
        return f"{news} was" not in say(running, "GET", page)[2]

    assert (saying(running, WORD) != [], len(saying(running, NAME))) == (True, 3)
    # as soon as one answer does not say it, no page does, although readers still wait for what was added
    wait_until(lambda: saying(running, WORD) != [] and add(f"news{time.monotonic_ns()}"))
    unpublished(PrivateFolder(tmp_path / "private", DatasetReader(running.data), THE_HOST))
    wait_until(lambda: WORD not in say(running, "GET", "/api/recommendations/r1.json")[2])
    assert (saying(running, WORD), len(saying(running, NAME))) == ([], 3)
    wait_until(lambda: saying(running, NAME) != [] and add(f"news{time.monotonic_ns()}"))
    remove(running)
    wait_until(lambda: NAME not in say(running, "GET", "/api/recommendations/named.json")[2])
    assert saying(running, NAME) + saying(running, WORD) == []
