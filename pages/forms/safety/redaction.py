"""The form with which a reviewer removes words from all files, to protect people.

First, it shows the sentences in which the words occur, with a mask in place of the words: of the public data and of
what this reviewer may read, and nothing of anything else. Then it removes them, everywhere. The words are never written into an address, a draft, a file or a log. They stay in the field until they are removed or the
reviewer leaves the page.
"""

import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b

import streamlit as st

from pages.forms.private.entries import private_evidence, private_folder
from pages.shared import form_drafts, import_drafts, layout
from pages.shared.layout import Page, store
from pages.shared.messages import _, error_text, escape_markdown, show_error
from pages.shared.text_fields import all_fit, text_field
from tracker.editing.redaction import remove_words
from tracker.model.errors import LockTimeout, NoDataset, NotAllowed, RedactionRefused, WriteFailed
from tracker.model.permissions import Permission
from tracker.safety.redaction.files import RedactedFile
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.failures import NOTHING_REMOVED, failed_save

TERMS_KEY = secrets.token_bytes(16)
"""A secret of this server process. It goes into the widget key of the button, so that the key does not reveal the words."""
MAX_PLACES = 200
"""The largest number of places that the page shows. All places are redacted."""
JUST_NOW = timedelta(minutes=15)
"""How long the page shows the confirmation after a redaction."""


def show_redaction_form(page: Page, back: str) -> None:
    """Show a field for words to remove, their places, and a button to remove them. Whoever may not redact sees only a note."""
    person = page.context.person
    if not person.can(Permission.REDACT):
        page.show("forms/redaction_refused.html", back=back)
        return
    # The confirmation is read from the log: a redaction clears the state of every session.
    config, now = page.config, datetime.now(UTC)
    log = remove_words.redaction_log(store(), config)
    number, last, folder = len(log), log[-1] if log else None, private_folder(page)
    how = {"last": last, "just_now": last is not None and now - last.at < JUST_NOW, "most": remove_words.MAX_SEARCHES}
    page.show("forms/redaction.html", back=back, **how)
    # The widget keys change after each redaction: with the same keys, the browser would send the old words again.
    with st.form(f"redact_{number}", enter_to_submit=False):
        with st.container(key=f"rt_required_redact_{number}"):
            key, label = f"redact_words_{number}", _("Words to remove, one phrase a line")
            typed = text_field(label, key=key, most=2000, is_long=True, is_kept=False)
        note = _(
            "If not ticked, longer words that contain one of them are removed too, such as a name with a case ending."
        )
        whole_words = st.checkbox(_("Whole words only"), key=f"redact_whole_{number}", help=note)
        is_submitted = st.form_submit_button(_("Find them"))
    if not (is_submitted or typed.strip()) or not all_fit(key):
        return
    try:
        terms = RedactionTerms(typed.splitlines(), whole=whole_words)
        remove_words.count_search(config, by=person, at=now)
        readable = [folder.readable_files()] if folder else []
        files = remove_words.find_occurrences(store(), terms, now, *readable)
        if _show_places_and_button(page, files, terms, typed=typed):
            by = layout.current_person()
            remove_words.redact(store(), config, terms, by=by, at=datetime.now(UTC), readable=readable)
            form_drafts.forget_input("redact_")
            st.rerun()
    except NotAllowed:
        st.error(_("You are no longer signed in as a reviewer. Nothing was removed."))
    except LockTimeout:
        st.error(_("Another save is still in progress. Nothing was removed; try again in a minute."))
    except NoDataset as error:
        st.error(_(NOTHING_REMOVED) + " " + escape_markdown(error_text(error)))
    except (RedactionRefused, WriteFailed) as error:
        show_error(error)
    except OSError as error:
        show_error(failed_save(error, NOTHING_REMOVED))


def _show_places_and_button(page: Page, files: tuple[RedactedFile, ...], terms: RedactionTerms, *, typed: str) -> bool:
    """Show the places of the words in `files`, masked, and return whether the reviewer pressed the button below.

    The button is there also if there are no places: what the reviewer may not read is not searched, and nothing may
    depend on it. `typed` is the text in the field.
    """
    places, mask = remove_words.list_redaction_places(files, terms), partial(remove_words.mask_words, terms=terms)
    how = {"most": MAX_PLACES, "mask": mask, "evidence": private_evidence(page)}
    # of all drafts: how many of them have the words would tell what this reviewer may not read
    drafts, tables = (
        form_drafts.draft_count(),
        sum(draft.in_memory for draft in import_drafts.import_drafts().list_all()),
    )
    page.show("forms/redaction_places.html", places=places, drafts=drafts, tables=tables, **how)
    # The key depends on what is shown: a click on a list that the reviewer has not seen does nothing.
    shown = repr((typed, [(file.path, file.lines, file.before, file.after) for file in files])).encode()
    key = f"redact_now_{blake2b(shown, key=TERMS_KEY, digest_size=8).hexdigest()}"
    return st.button(_("Remove them for good"), type="primary", key=key)
