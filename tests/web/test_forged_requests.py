"""Who claims to be an editor and is none: forged cookies and headers, an editor's messages, an open page after the end."""

import shutil
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.floods import drain, socket_of
from tests.support.http_client import PAGE, is_editors, link, say
from tests.support.server_process import ROOT, Server
from tests.support.waiting import wait_until
from tests.support.websocket_client import Tab, _asking, replayed
from tracker.accounts.accounts import SESSION_DAYS, issue_session, revoke_account
from tracker.accounts.accounts_file import AccountsFile
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def app(server: Callable[..., Server]) -> Server:
    return server()


def test_forged_headers_and_cookies_are_a_readers(shared_server: Server) -> None:
    app = shared_server
    name, value = app.cookie()
    people = AccountsFile(app.state).read()
    expired = issue_session(people, people.people[0], datetime.now(UTC) - timedelta(days=SESSION_DAYS, seconds=1))
    assert is_editors(app, Cookie=f"{name}={value}")
    headers = [{header: "editor-x1"} for header in ("X-Tracker-Person", "X-Forwarded-User", "Remote-User")]
    headers += [{"X-Tracker-Local": "yes"}, {"X-Forwarded-For": "127.0.0.1"}, {"Authorization": "Bearer " + value}]
    values = ("editor-x1", f"{value[:-4]}AAAA", f"A{value[1:]}", expired, "")
    cookies = [{"Cookie": f"{name}={forged}"} for forged in values]
    for forged in (*headers, *cookies, {"Cookie": f"tracker-1={value}"}):
        assert not is_editors(app, **forged), forged


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*.yaml")}


def records(app: Server, cookie: str) -> Tab:
    """An editor's tab that opens the form, types, and presses Record."""
    version = DatasetReader(app.data).read().recommendations["ngo-2024-r8"].version
    tab = Tab(f"{app.url}{PAGE}&editing={version}", Cookie=cookie)
    tab.does({"Reasons": "It stopped."})
    tab.does({"Status": "Partially implemented"})
    tab.does({}, press="Record")
    return tab


def test_an_editors_messages_sent_by_a_reader_change_no_file(app: Server) -> None:
    before = files_of(app.data)
    tab = records(app, "=".join(app.cookie()))
    tab.goes()
    after = files_of(app.data)
    assert [path.stem for path in after if after[path] != before[path]] == ["ngo-2024-r8"]  # the same messages do save
    for path, raw in before.items():
        path.write_bytes(raw)
    for theirs in ({}, {"Cookie": "tracker-1=x"}, {"Cookie": "=".join(app.cookie())[:-4] + "AAAA"}):
        with pytest.raises(InvalidStatus):
            replayed(tab.url, tab.sent, **theirs)
        assert files_of(app.data) == before


def test_whose_sign_in_ends_while_a_page_is_open_saves_nothing(app: Server) -> None:
    before = files_of(app.data)
    tab = records(app, "=".join(app.cookie()))
    accounts = AccountsFile(app.state)
    with pytest.raises(ConnectionClosed):
        tab.goes(between=lambda: accounts.update(lambda now: (revoke_account(now, "editor-x1"), None)))
    assert files_of(app.data) == before


def test_messages_that_come_while_a_page_runs_do_not_meet_in_the_state_of_its_session(
    server: Callable[..., Server],
) -> None:
    app = server(TRACKER_RUNS_PER_SECOND="1000")
    with socket_of(app.port, additional_headers={"Cookie": "=".join(app.cookie())}) as socket:
        threading.Thread(target=drain, args=(socket,), daemon=True).start()
        for number in range(150):
            asking = _asking(f"{app.url}/{('evidence', 'edit')[number % 2]}?lang=en")
            for forged in range(0 if number % 3 else 3_000):
                name = f"$$ID-{number * 10_000 + forged:032x}-x"
                asking.rerun_script.widget_states.widgets.append(WidgetState(id=name, string_value="x"))
            socket.send(asking.SerializeToString())
            time.sleep(0.01)
    wait_until(lambda: is_editors(app, Cookie="=".join(app.cookie())))
    assert "RuntimeError" not in app.log.read_text()


@pytest.mark.parametrize("plain", [False, True])
def test_nobodys_address_is_written_anywhere(tmp_path: Path, plain: bool) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    with Server(tmp_path, plain=plain, forked=not plain) as app:
        is_used_from_elsewhere(app)
    ours = app.url.removeprefix("http://").encode()
    written = {path.name: path.read_bytes().replace(ours, b"") for path in tmp_path.rglob("*") if path.is_file()}
    assert [name for name, raw in written.items() if b"192.0.2.77" in raw or b"127.0.0.1:" in raw] == []
    assert not plain or b"WebSocket /_stcore/stream" in written["server.log"]  # where it would stand


def is_used_from_elsewhere(app: Server) -> None:
    theirs, token = {"X-Forwarded-For": "192.0.2.77", "X-Real-IP": "192.0.2.77"}, link(app)
    say(app, "POST", "/sign-in", {"token": token}, **theirs)
    tab = records(app, "=".join(app.cookie()))
    tab.headers |= theirs
    tab.goes()
    assert "It stopped." in (app.data / "recommendations" / "ngo-2024-r8.yaml").read_text("utf-8")
    assert say(app, "GET", "/_stcore/stream", **theirs)[0] == 403
    for bad in ("/no/such", "/media/x", "/api/recommendations/none.json", "/sign-in?token=x"):
        say(app, "GET", bad, **theirs)
