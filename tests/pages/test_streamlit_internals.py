"""Each private name of Streamlit in pages/shared/streamlit_internals.py exists and does what we rely on.

A test that fails after an upgrade of Streamlit names what was renamed or now behaves differently.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.metrics_util import Installation
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import script_runner

from pages.shared.streamlit_internals import (
    STATIC_FOLDER,
    disable_pages_folder,
    hide_installation,
    reset_sessions,
)
from tests.support.event_loop import run_async


def test_the_static_folder_has_the_page_that_the_browser_loads_first():
    assert "<title>" in (STATIC_FOLDER / "index.html").read_text("utf-8")


# PagesManager.uses_pages_directory


def test_streamlit_runs_no_file_of_pages_by_its_address(tmp_path, monkeypatch):
    (tmp_path / "pages").mkdir()
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    PagesManager(str(tmp_path / "app.py"))
    assert PagesManager.uses_pages_directory is True  # Streamlit's own decision; without it we need no guard
    disable_pages_folder()
    PagesManager(str(tmp_path / "app.py"))
    assert PagesManager.uses_pages_directory is False
    assert "if PagesManager.uses_pages_directory:" in inspect.getsource(script_runner)


# Runtime._session_mgr; AppSession._client_state, _fragment_storage, session_state and request_rerun

SECRET = "a name"
SCRIPT = f"""
import streamlit as st
from tests.support.event_loop import run_async
st.session_state["kept"] = {SECRET!r}
st.text_input("Words", key="words")
st.button("Go", on_click=print, args=({SECRET!r},))
@st.fragment
def part(words):
    st.write(words)
part({SECRET!r})
"""


@dataclass
class Tab:
    """A browser's tab: what it was sent, and the session that it talks to."""

    runtime: Runtime
    session_id: str = ""
    messages: list[ForwardMsg] = field(default_factory=list)
    client_context: None = None

    def write_forward_msg(self, message: ForwardMsg) -> None:
        self.messages.append(message)

    @property
    def session(self) -> AppSession:
        return next(
            known.session for known in self.runtime._session_mgr.list_sessions() if known.session.id == self.session_id
        )

    def runs(self) -> int:
        return sum(message.WhichOneof("type") == "script_finished" for message in self.messages)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.01)

    async def run(self, **widgets: str) -> None:
        """Run the page with these texts, by widget id, and wait until it has run."""
        message = BackMsg()
        for widget_id, text in widgets.items():
            message.rerun_script.widget_states.widgets.add(id=widget_id, string_value=text)
        message.rerun_script.query_string = ""
        count = self.runs() + 1
        self.runtime.handle_backmsg(self.session_id, message)
        await self.until(lambda: self.runs() == count)

    def text_field(self) -> str:
        elements = [message.delta.new_element for message in self.messages if message.WhichOneof("type") == "delta"]
        return next(element.text_input.id for element in elements if element.WhichOneof("type") == "text_input")

    def fragment(self) -> str:
        return next(message.delta.fragment_id for message in self.messages if message.delta.fragment_id)


@asynccontextmanager
async def open_tab(folder: Path) -> AsyncIterator[Tab]:
    script = folder / "app.py"
    script.write_text(SCRIPT, "utf-8")
    runtime = Runtime(
        RuntimeConfig(str(script), MemoryMediaFileStorage("/media"), MemoryUploadedFileManager("/upload"))
    )
    await runtime.start()
    try:
        tab = Tab(runtime)
        tab.session_id = runtime.connect_session(tab, {})
        await tab.run()
        await tab.run(**{tab.text_field(): SECRET})
        # the thread of the run ends a moment after the page was sent
        await tab.until(lambda: tab.session._scriptrunner is None)
        yield tab
    finally:
        runtime.stop()
        await runtime.stopped


@pytest.fixture
def in_a_tab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Tab], Awaitable[None]]], None]:
    """`in_a_tab(story)` tells a story in a tab where a name was typed, and which shows it."""
    monkeypatch.setattr(Runtime, "_instance", None)

    def play(story: Callable[[Tab], Awaitable[None]]) -> None:
        async def played() -> None:
            async with open_tab(tmp_path) as tab:
                await story(tab)

        run_async(played())

    return play


@pytest.fixture
def reset_without_rerun(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[object]]:
    """Resets the sessions, but does not run their pages again: what was cleared stays empty. Gives what they would run with."""

    def reset() -> list[object]:
        asked: list[object] = []
        monkeypatch.setattr(AppSession, "request_rerun", lambda session, client_state: asked.append(client_state))
        reset_sessions()
        return asked

    return reset


# AppSession._create_new_session_message, Installation._instance; tests/browser/test_another_copy.py says what for


def test_a_browser_learns_neither_the_path_of_the_script_nor_the_machine(in_a_tab, monkeypatch):
    monkeypatch.setattr(Installation, "_instance", None)
    monkeypatch.setattr(AppSession, "_create_new_session_message", AppSession._create_new_session_message)
    hide_installation()

    async def story(tab: Tab) -> None:
        (_first, new) = (one.new_session for one in tab.messages if one.WhichOneof("type") == "new_session")
        user, same = new.initialize.user_info, "recommendation-tracker"
        assert (new.name, new.main_script_path) == ("app", "app.py")
        assert (user.installation_id, user.installation_id_v3, user.installation_id_v4) == (same, same, same)

    in_a_tab(story)


def test_a_reset_clears_what_was_sent_the_arguments_of_callbacks_and_fragments_and_the_state(
    in_a_tab, reset_without_rerun
):
    async def story(tab: Tab) -> None:
        session = tab.session
        session._client_state.widget_states.widgets.add(id="words", string_value=SECRET)
        widgets = session.session_state._new_widget_state.widget_metadata
        assert [known.callback_args for known in widgets.values() if known.callback_args] == [(SECRET,)]
        assert session.session_state.filtered_state == {"kept": SECRET, "words": SECRET}
        assert session._fragment_storage.contains(tab.fragment())
        assert reset_without_rerun() == [session._client_state]
        assert (len(session._client_state.widget_states.widgets), widgets) == (0, {})
        assert session.session_state.filtered_state == {}
        assert not session._fragment_storage.contains(tab.fragment())

    in_a_tab(story)


def test_every_open_page_runs_again_by_itself(in_a_tab):
    async def story(tab: Tab) -> None:
        before = tab.runs()
        reset_sessions()
        await tab.until(lambda: tab.runs() > before)

    in_a_tab(story)
