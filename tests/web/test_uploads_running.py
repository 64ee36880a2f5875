"""Files that are sent to a running dashboard: several at once, and nothing of them on the disk."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.server_process import Server
from tests.support.uploading import uploading_tab


def test_five_files_at_once_arrive_and_one_that_is_too_large_does_not(shared_server: Server):
    with uploading_tab(shared_server, shared_server.cookie(), "/treaty-bodies?lang=en") as tab:
        asked = tab.addresses(6)
        sizes = [3_000_000] * 5 + [22_000_000]
        with ThreadPoolExecutor(6) as pool:
            statuses = list(pool.map(lambda urls, size: tab.send(urls, b"x" * size), asked, sizes))
        assert statuses == [204] * 5 + [413]


def test_a_file_that_arrives_is_never_on_the_disk(shared_server: Server):
    """A file without a name in the folder for temporary files would be open here while it is received."""
    assert shared_server.process
    with (
        uploading_tab(shared_server, shared_server.cookie(), "/treaty-bodies?lang=en") as tab,
        ThreadPoolExecutor() as pool,
    ):
        (urls,) = tab.addresses(1)
        sending = pool.submit(tab.send, urls, b"x" * 20_000_000)
        seen = set[str]()
        while not sending.done():
            seen |= open_files(shared_server.process.pid)
        assert sending.result() == 204
    assert not {path for path in seen if "(deleted)" in path and "/tmp" in path}


def test_memory_has_room_for_twelve_files_of_the_full_size_and_a_reload_makes_room_for_others(shared_server: Server):
    data, page = b"x" * 20_000_000, "/treaty-bodies?lang=en"
    with uploading_tab(shared_server, shared_server.cookie(), page) as tab:
        assert [tab.send(urls, data) for urls in tab.addresses(13)] == [204] * 12 + [413]
    with uploading_tab(shared_server, shared_server.cookie(), page) as tab:
        assert [tab.send(urls, data) for urls in tab.addresses(2)] == [204, 204]


def open_files(pid: int) -> set[str]:
    found = set[str]()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(one.readlink()))
        except OSError:
            continue
    return found
