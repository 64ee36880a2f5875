"""Everything that uses private names of Streamlit 1.67, in one place. tests/pages/test_streamlit_internals.py fails if an upgrade changes one.

- `PagesManager.uses_pages_directory`: until a session has run app.py, Streamlit runs any `pages/x.py` by its address.
- `SessionState._state._new_widget_state`: a tab keeps the callbacks of pages that it left, with their arguments. It also
  knows which keys are those of buttons, with the names that `user_key_from_element_id` reads.
- `BackMsg`, `ForwardMsg`: the messages between browser and server, which the gate in tracker/web/gates/streamlit_gate.py looks at.
- `Runtime.uploaded_file_mgr` and its `file_storage`, `config.set_option`: there is no public way to drop an upload, to measure
  uploads, or to set their limit in code. `MultiPartParser.spool_max_size` is Starlette's.
- `AppSession._create_new_session_message`, `metrics_util.Installation._instance`: a browser forgets what was typed when
  it connects to a copy of the dashboard with another path or on another machine.
- `Runtime._session_mgr`, `AppSession._client_state`, `_fragment_storage`: there is no public way to redraw every open page.
- `ScriptRunner._session_state`, `_session_id`, `SafeSessionState._lock`: two threads change the state of one session at a time.
"""

import threading
from functools import wraps
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import streamlit as st
from google.protobuf.message import DecodeError
from starlette.formparsers import MultiPartParser
from streamlit import config, runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.metrics_util import Installation
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import ScriptRunner, get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id

from tracker.storage.cache_registry import register_cache

STATIC_FOLDER = Path(st.__file__).parent / "static"
"""Streamlit's own index.html and scripts."""
INSTALLATION = "recommendation-tracker"
"""Streamlit tells the browser an id of the machine. We use this id for all machines."""


def message_type(raw: bytes) -> str | None:
    """Return the type of a message from the browser, such as "rerun_script"; for a backend operation, its name.

    Return None if Streamlit does not know the message, or if it has an invalid address, with which the page would fail.
    """
    try:
        message = BackMsg.FromString(raw)
        urlsplit(message.rerun_script.context_info.url)
    except (DecodeError, ValueError):
        return None
    kind: str | None = message.WhichOneof("type")
    if kind == "backend_operation_request":
        kind = message.backend_operation_request.WhichOneof("payload")
    return kind


def session_id(raw: bytes) -> str | None:
    """Return the id of the session that a message to the browser announces, or None if it announces none."""
    message = ForwardMsg.FromString(raw)
    return message.new_session.initialize.session_id if message.WhichOneof("type") == "new_session" else None


def disable_pages_folder() -> None:
    """Stop Streamlit from running a file of `pages` by its address without running app.py first."""
    PagesManager.uses_pages_directory = False


def hide_installation() -> None:
    """Make all copies of the dashboard look the same to a browser: tell it neither the path of app.py nor the machine.

    If a copy ends, its open pages connect to another one, and keep what was typed only if the two look the same.
    """
    same = Installation.__new__(Installation)
    same.installation_id_v3 = same.installation_id_v4 = INSTALLATION
    Installation._instance = same
    announce = AppSession._create_new_session_message

    @wraps(announce)
    def announce_without_path(session: AppSession, *args: Any, **kwargs: Any) -> ForwardMsg:
        message = announce(session, *args, **kwargs)
        message.new_session.main_script_path = "app.py"
        return message

    setattr(AppSession, announce.__name__, announce_without_path)


def lock_sessions() -> None:
    """Let only one thread at a time change the state of a session.

    A message that comes during a page run starts a second thread, while the first goes on until it next asks Streamlit
    for something. Each would have a lock of its own for the one state: one walks through the values of the widgets while
    the other adds some ("RuntimeError: dictionary changed size during iteration").
    """
    start, locks = ScriptRunner.start, WeakValueDictionary[str, Any]()

    @wraps(start)
    def start_with_lock(runner: ScriptRunner) -> None:
        lock = locks.setdefault(runner._session_id, threading.RLock())
        object.__setattr__(runner._session_state, "_lock", lock)
        start(runner)

    setattr(ScriptRunner, start.__name__, start_with_lock)


def release_widget_state(path: str) -> None:
    """Drop the callbacks of the page that this tab showed before `path`. Streamlit would keep them forever."""
    context = get_script_run_ctx()
    if context is None or st.session_state.get("rt_here") == path:
        return
    st.session_state["rt_here"] = path
    with context.session_state._lock:
        widgets = context.session_state._state._new_widget_state
        for name in [name for name in widgets.widget_metadata if name not in widgets.states]:
            del widgets.widget_metadata[name]


def forget_session() -> None:
    """Forget what this tab holds: values, callbacks with their arguments, and fragments."""
    if context := get_script_run_ctx():
        state = context.session_state._state
        with context.session_state._lock:
            state._new_widget_state.widget_metadata.clear()
            context.fragment_storage.clear()
            state.clear()


def button_keys() -> set[str | None]:
    """Return the keys of the buttons that this tab has shown. Streamlit lets nobody else set their values."""
    context = get_script_run_ctx()
    known = context.session_state._state._new_widget_state.widget_metadata if context else {}
    return {user_key_from_element_id(name) for name, about in known.items() if about.value_type == "trigger_value"}


def limit_uploads(megabytes: float) -> None:
    """Let Streamlit take files up to this size, rounded up to whole megabytes, and keep them in memory only."""
    size = max(1, ceil(megabytes))
    config.set_option("server.maxUploadSize", size)
    # Starlette would write a file of more than 1 MB to the folder for temporary files
    MultiPartParser.spool_max_size = (size + 1) * 1024 * 1024


def kept_uploads() -> dict[str, int]:
    """Return session id → number of bytes of its uploads in memory."""
    kept = list(vars(runtime.get_instance().uploaded_file_mgr)["file_storage"].items()) if runtime.exists() else []
    return {session: sum(len(one.data) for one in list(files.values())) for session, files in kept}


def forget_uploads() -> None:
    """Drop from memory the files that this session uploaded. Streamlit would keep them until the page is closed."""
    if runtime.exists() and (context := get_script_run_ctx()):
        runtime.get_instance().uploaded_file_mgr.remove_session_files(context.session_id)


def end_session(session: str) -> None:
    """End the session of a closed page, and drop its uploads from memory. Call it in the event loop."""
    if runtime.exists():
        instance = runtime.get_instance()
        instance.close_session(session)
        # a session that Streamlit has given up already has files until Python finds that nothing refers to it
        instance.uploaded_file_mgr.remove_session_files(session)


_resetting = threading.Lock()
_resets = 0


def reset_count() -> int:
    """Return twice the number of finished calls of `reset_sessions`, plus 1 while a call runs.

    A page run may fail if a call of `reset_sessions` runs at the same time.
    """
    return _resets


def reset_sessions() -> None:
    """Clear the state of every session, and run every open page again, after a redaction."""
    global _resets
    with _resetting:
        _resets += 1
        try:
            for known in runtime.get_instance()._session_mgr.list_sessions() if runtime.exists() else ():
                session = known.session
                session._client_state.widget_states.Clear()
                # the arguments of callbacks and fragments: the page as it was, and its records
                session.session_state._new_widget_state.widget_metadata.clear()
                session._fragment_storage.clear()
                session.request_rerun(session._client_state)
                session.session_state.clear()
        finally:
            _resets += 1


register_cache(reset_sessions)
