"""Below a form that edits texts: which translations become outdated by the edit."""

from collections.abc import Mapping

import streamlit as st

from pages.forms.fields import Fields
from pages.shared.markdown import escape_markdown
from tracker.editing.forms.translation import fields_becoming_outdated
from tracker.i18n import native_name
from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS


def confirm_translations(form: Fields, edited: Record) -> Mapping[str, tuple[str, ...]]:
    """Say which translations become outdated if `edited` is saved, and ask whether they are still right.

    Return field → the languages whose wording the editor calls still right; empty if the editor says nothing.
    """
    page, record = form.page, form.record
    _ = page.context.language.gettext
    if record is None:
        return {}
    outdated = fields_becoming_outdated(record, edited, page.view.settings.language)
    if not outdated:
        return {}
    names = "; ".join(
        f"{native_name(lang)} ({', '.join(_(FIELD_LABELS[name]) for name in fields)})"
        for lang, fields in outdated.items()
    )
    st.info(
        escape_markdown(
            _(
                "These translations will be marked as translations of an earlier text, and come into the translation "
                "queue: {names}.",
                names=names,
            )
        )
    )
    if not form.tick(_("The meaning is the same: they are still right"), "still_right"):
        return {}
    fields = dict.fromkeys(name for names_in_language in outdated.values() for name in names_in_language)
    return {name: tuple(lang for lang in outdated if name in outdated[lang]) for name in fields}
