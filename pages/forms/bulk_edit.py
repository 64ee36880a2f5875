"""Adding the same evidence or the same tag to several recommendations, which were ticked in the list."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.shared.layout import Page, show_footer, show_header
from pages.shared.markdown import escape_markdown
from pages.shared.saving import save_records
from tracker.editing.bulk_edit import (
    MAX_BULK_SELECTION,
    TAG_FIELDS,
    BulkPreview,
    Selection,
    changed_records,
    preview_evidence,
    preview_tag,
)
from tracker.model.localized_text import clean_input, strip_bidi_controls
from tracker.model.records import Recommendation
from tracker.model.vocabulary import EvidenceEffect
from tracker.queries.filters import Filters

LIST_PATH = "/recommendations"
KEPT_PARAMS = ("bulk_kind", "bulk_evidence", "bulk_suggests", "bulk_tag", "bulk_reason")
"""The fields of the form: they keep what was typed while somebody goes back to the list to tick one more."""
BulkRequest = tuple[str, str, BulkPreview]
"""The id of what is added, what it is called, and what would change."""


def selection_bar(page: Page, query: Filters, choice: Selection, found: Sequence[Recommendation]) -> dict[str, Any]:
    """The line above the list: the way into choosing several, and while choosing the ways on."""
    language, every, link = page.context.language, choice.with_all(found) if choice.step else choice, page.context.link
    _ = language.gettext
    st.session_state.pop("bulk_seen", None)
    if choice.step:
        st.session_state.update({key: st.session_state[key] for key in KEPT_PARAMS if key in st.session_state})

    def way(step: str, ids: Sequence[str] = choice.ids) -> str:
        return page.context.link(LIST_PATH, *query.params(), *Selection(step, tuple(ids)).params())

    picked = [("id", name) for name in choice.ids]
    more = len(set(every.ids) - set(choice.ids))
    return {
        "step": choice.step, "ids": choice.ids, "full": len(choice.ids) >= MAX_BULK_SELECTION and _("at most {n} at a time", n=MAX_BULK_SELECTION),
        "start": way("list"), "add": way("add"), "none": way("list", ()), "stop": way("", ()),
        "only": link(LIST_PATH, *picked), "brief": link("/brief.html", *picked), "snapshot": link("/snapshot.html", *picked),
        "all": more and (way("list", every.ids), language.ngettext("Choose {n} more that fits the filters", "Choose {n} more that fit the filters", more)),
    }  # fmt: skip


def show_bulk_form(page: Page, query: Filters, choice: Selection) -> None:
    """The page that says what is added, shows what would change, and saves it: all or nothing."""
    here = [*query.params(), *choice.params()]
    show_header(page, here)
    # What saving says of a conflict is said here with the names of what changed.
    st.session_state.pop("saved", None)
    link, carry = page.context.link, query.params()
    back = link(LIST_PATH, *carry, *Selection("list", choice.ids).params())
    page.show("forms/bulk_edit_top.html", count=len(choice.ids), back=back, stop=link(LIST_PATH, *carry))
    with st.container(border=True):
        _form(page, choice)
    show_footer(page, here)


def _form(page: Page, choice: Selection) -> None:
    language = page.context.language
    _ = language.gettext
    kinds: dict[str, tuple[str, Callable[[Page, Selection], BulkRequest | None]]] = {
        "evidence": (_("Evidence"), _evidence),
        "tag": (_("Theme or group"), _tag),
    }
    words = {code: name for code, (name, _ask) in kinds.items()}
    kind = st.radio(_("What is added?"), list(words), format_func=words.get, horizontal=True, key="bulk_kind")
    if (asked := kinds[kind][1](page, choice)) is None:
        return
    name, what, preview = asked
    reason = st.text_input(_("Why is it added?"), key="bulk_reason", max_chars=500)
    if changed := _changed_in_between(page, name, preview):
        st.warning(
            escape_markdown(
                _("Changed in between: {names}. Nothing was saved; what stands here is new.", names="; ".join(changed))
            )
        )
    page.show("forms/bulk_edit.html", what=what, preview=preview, way=st.session_state.get("bulk_suggests"))
    n = preview.count
    # The key holds what is shown: a click on what somebody has not seen does nothing.
    label = language.ngettext("Add to {n} recommendation", "Add to {n} recommendations", n)
    if not n or not st.button(label, type="primary", key=f"bulk_add_{preview.fingerprint}"):
        return
    if not clean_input(reason):
        st.error(_("Say in a sentence why it is added: the reason stays in the history."))
        return
    said = language.ngettext(
        "“{what}” was added to {n} recommendation.", "“{what}” was added to {n} recommendations.", n, what=what
    )
    if save_records(page, LIST_PATH, preview.changed, clean_input(reason), lambda now: said):
        for key in (*KEPT_PARAMS, "bulk_seen"):
            st.session_state.pop(key, None)
        for key in ("choosing", "pick"):
            st.query_params.pop(key, None)
        st.rerun()


def _evidence(page: Page, choice: Selection) -> BulkRequest | None:
    language, view, label = page.context.language, page.view, page.context.label
    _ = language.gettext
    names = {
        e.id: strip_bidi_controls(" · ".join(filter(None, [language.resolve(e.title or e.summary).text[:120], e.publisher, e.published and language.format_date(e.published)])))
        for e in view.evidence.values()
    }  # fmt: skip
    # a choice is sent by its words: two items that are called the same would be one
    twice = {words for words, n in Counter(names.values()).items() if n > 1}
    names |= {i: f"{words} ({i})" for i, words in names.items() if words in twice}
    name = st.selectbox(
        _("Evidence from the register"), list(names), format_func=lambda i: names.get(i, i), index=None, key="bulk_evidence",
        placeholder=_("Choose evidence"),
    )  # fmt: skip
    # the default is set in the state: a widget that has both shows a warning; context claims least
    st.session_state.setdefault("bulk_suggests", EvidenceEffect.CONTEXT)
    way = st.radio(
        _("What does it suggest for them?"),
        list(EvidenceEffect),
        format_func=label,
        horizontal=True,
        key="bulk_suggests",
    )
    if name not in view.evidence:
        return None
    item = view.evidence[name]
    words = language.resolve(item.title).text if item.title else item.publisher
    return name, words, preview_evidence(view, choice, name, way)


def _tag(page: Page, choice: Selection) -> BulkRequest | None:
    language, settings, named = page.context.language, page.view.settings, page.context.term_label
    _ = language.gettext
    names = {f"themes:{t.id}": _("Theme: {name}", name=named(t.id)) for t in settings.themes}
    names |= {f"groups:{g.id}": _("Group: {name}", name=named(g.id)) for g in settings.groups}
    chosen = st.selectbox(
        _("Theme or group (our tagging)"), list(names), format_func=lambda i: names.get(i, i), index=None, key="bulk_tag",
        placeholder=_("Choose"),
    )  # fmt: skip
    if chosen not in names:
        return None
    field, _colon, code = chosen.partition(":")
    return chosen, named(code), preview_tag(page.view, choice, TAG_FIELDS[field], code)


def _changed_in_between(page: Page, name: str, preview: BulkPreview) -> list[str]:
    """What a colleague changed since this person first saw the preview, by name; said until it is saved or asked anew."""
    # the address has what was chosen, also what is not there any more
    asked = (name, *st.query_params.get_all("pick"))
    seen = st.session_state.get("bulk_seen")
    before, said = seen[1:] if seen and seen[0] == asked else (preview.versions, ())
    said = tuple(dict.fromkeys([*said, *changed_records(before, preview.versions)]))
    st.session_state["bulk_seen"] = (asked, preview.versions, said)
    records = {**page.view.dataset.evidence, **page.view.dataset.recommendations}
    titles = {i: records[i].title for i in said if i in records}
    return [page.context.language.resolve(title).text if (title := titles.get(i)) else i for i in said]
