"""Removing words for safety, for reviewers: first where they stand, without the words, then the deed.

What is typed is in no address, no draft and no file. It stays in the field until it is done, or the page is left.
"""

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import streamlit as st

from pages.shared import layout
from pages.shared.layout import Page, store
from pages.shared.markdown import escape_markdown
from tracker.config import load_config
from tracker.editing.redaction import drop_last_good, find_occurrences, list_lines, redact, redaction_log
from tracker.model.errors import LockTimeout, NoDataset, NotAllowed, RedactionRefused, WriteFailed
from tracker.model.permissions import Permission
from tracker.safety.file_redaction import RedactedFile
from tracker.safety.redaction_terms import RedactionTerms

TERMS_KEY = secrets.token_bytes(16)
"""Of this process alone: nobody can try out which words a button's key stands for."""
JUST_REDACTED_KEY = timedelta(minutes=15)


def show_redaction_form(page: Page, back: str) -> None:
    """The form, where the words stand, and the button that removes them."""
    language, person = page.context.language, page.context.person
    _ = language.gettext
    if not person.can(Permission.REDACT):
        page.show("forms/redaction_refused.html", back=back)
        return
    # What was removed is said from the file: every session forgets what it knew.
    done = redaction_log(store().root)
    last = done[-1] if done else None
    just_now = last is not None and datetime.now(UTC) - last.at < JUST_REDACTED_KEY
    page.show("forms/redaction.html", last=last, just_now=just_now, back=back)
    # After each removal the fields are others: a browser sends what stands in a field that it knows.
    with st.form(f"redact_{len(done)}", enter_to_submit=False):
        typed = st.text_area(_("Words to remove, one phrase a line"), key=f"redact_words_{len(done)}", max_chars=2000)
        whole = st.checkbox(
            _("Whole words only"),
            key=f"redact_whole_{len(done)}",
            help=_("Otherwise a longer word that holds one of them goes with it, such as a name with its ending."),
        )
        asked = st.form_submit_button(_("Show where they stand"))
    if not (asked or typed.strip()):
        return
    try:
        words = RedactionTerms(typed.splitlines(), whole=whole)
        found = find_occurrences(store(), load_config(), words, datetime.now(UTC))
        if not found:
            st.info(_("The words stand nowhere in the files of this dashboard."))
            if drop_last_good(store(), load_config(), words, by=person, at=datetime.now(UTC)):
                st.info(_("What was still shown of files that cannot be read now is forgotten."))
        elif _confirmed(page, found, typed):
            redact(store(), load_config(), words, by=layout.current_person(), at=datetime.now(UTC))
            for key in [key for key in st.session_state if str(key).startswith("redact_")]:
                del st.session_state[key]
            st.rerun()
    except RedactionRefused as bad:
        st.error(escape_markdown(_(str(bad))))
    except NotAllowed:
        st.error(_("You are not signed in as a reviewer any more. Nothing was removed."))
    except LockTimeout:
        st.error(_("Somebody else is saving and does not finish. Nothing was removed; try again in a minute."))
    except (WriteFailed, NoDataset, OSError) as bad:
        st.error(_("Nothing was removed.") + " " + escape_markdown(str(bad)))


def _confirmed(page: Page, found: tuple[RedactedFile, ...], typed: str) -> bool:
    """Shows the files and lines; whether somebody who saw exactly these wants the words removed."""
    language, places_of = page.context.language, list_lines(found)
    _ = language.gettext
    n = len(found)
    st.markdown(
        language.ngettext(
            "The words stand in {n} file, on these lines:", "The words stand in {n} files, on these lines:", n
        )
    )
    st.code("\n".join(places_of), language=None, wrap_lines=True, height=min(300, 40 + 24 * len(places_of)))
    # The key holds what was shown: a click on what somebody has not seen does nothing.
    seen = repr((typed, [(one.path, one.lines, one.before, one.after) for one in found])).encode()
    key = f"redact_now_{blake2b(seen, key=TERMS_KEY, digest_size=8).hexdigest()}"
    return st.button(_("Remove them for good"), type="primary", key=key)
