"""What we rely on of Streamlit's private names, where no other test would notice that one was renamed.

What a reset of the sessions clears is told by tests/web/test_redaction_page_running.py, from a running server's memory;
what a browser is told of the machine by tests/web/test_app.py.
"""

import ast
import inspect
from contextlib import nullcontext
from unittest.mock import Mock

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import script_runner

from pages.shared import layout, streamlit_internals
from pages.shared.streamlit_internals import disable_pages_folder, reset_sessions


def test_streamlit_runs_no_file_of_pages_by_its_address(tmp_path, monkeypatch):
    (tmp_path / "pages").mkdir()
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    PagesManager(str(tmp_path / "app.py"))
    assert PagesManager.uses_pages_directory is True  # Streamlit's own decision; without it we need no guard
    disable_pages_folder()
    PagesManager(str(tmp_path / "app.py"))
    assert PagesManager.uses_pages_directory is False
    assert "if PagesManager.uses_pages_directory:" in inspect.getsource(script_runner)


def test_at_most_twelve_private_names_are_used():
    used = {
        node.attr
        for node in ast.walk(ast.parse(inspect.getsource(streamlit_internals)))
        if isinstance(node, ast.Attribute)
    }
    private = {name for name in used if name.startswith("_") and not name.endswith("__")} | {"_lock"}
    # these are private too, without the sign
    assert len(private | {"uses_pages_directory", "user_key_from_element_id"}) <= 12


@pytest.mark.parametrize(("resets", "is_reset", "is_repeated"), [(0, True, True), (1, False, True), (2, False, False)])
def test_a_page_that_fails_because_its_session_is_reset_runs_again(monkeypatch, resets, is_reset, is_repeated):
    def run():
        if is_reset:
            reset_sessions()
        raise RuntimeError("dictionary changed size during iteration")

    again = Mock()
    monkeypatch.setattr(layout.st, "navigation", Mock(return_value=Mock(run=run)))
    monkeypatch.setattr(layout.st, "rerun", again)
    monkeypatch.setattr(streamlit_internals, "_resets", resets)
    with nullcontext() if is_repeated else pytest.raises(RuntimeError):
        layout.run_navigation()
    assert again.called == is_repeated
