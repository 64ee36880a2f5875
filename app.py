"""Entry point. `streamlit run app.py` runs it as the page script; the server imports it for the ASGI app."""

import streamlit as st

from pages.shared.layout import run_navigation

if __name__ == "__main__":
    run_navigation()
else:
    from pages.forms.private.files import find_private_file
    from pages.shared import streamlit_internals as internals
    from pages.shared.form_drafts import show_failure
    from tracker.config import load_config
    from tracker.editing.private.folder import finish_unpublishing
    from tracker.web.app import create_app
    from tracker.web.gates.streamlit_gate import StreamlitMessages

    internals.disable_pages_folder()
    internals.hide_installation()
    internals.lock_sessions()
    internals.limit_uploads(load_config().upload_megabytes)
    messages = StreamlitMessages(
        internals.message_type,
        internals.session_id,
        kept_uploads=internals.kept_uploads,
        end_session=internals.end_session,
    )
    made = create_app(
        load_config(),
        address=st.get_option("server.address"),
        port=st.get_option("server.port"),
        static=internals.STATIC_FOLDER,
        messages=messages,
        find_private_file=find_private_file,
    )
    finish_unpublishing(load_config())
    # `streamlit run` starts the server only if it finds an assignment of `st.App(…)` in this file
    app = st.App(__file__, on_script_error=show_failure, **made)
