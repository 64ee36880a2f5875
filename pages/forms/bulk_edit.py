"""Adding the same evidence or the same tag to several recommendations, which were ticked in the list."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.shared.layout import Page, footer, header
from pages.shared.markdown import literal
from pages.shared.saving import saved
from tracker.editing.assessment_form import clean
from tracker.editing.bulk_edit import FIELDS, MOST, Choice, Preview, changed_since, evidence_preview, tag_preview
from tracker.model.localized_text import strip_bidi_controls
from tracker.model.records import Recommendation
from tracker.model.vocabulary import EvidenceEffect
from tracker.queries.filters import Query

LIST = "/recommendations"
KEPT = ("bulk_kind", "bulk_evidence", "bulk_suggests", "bulk_tag", "bulk_reason")
"""The fields of the form: they keep what was typed while somebody goes back to the list to tick one more."""
Asked = tuple[str, str, Preview]
"""The id of what is added, what it is called, and what would change."""


def choosing(page: Page, query: Query, choice: Choice, found: Sequence[Recommendation]) -> dict[str, Any]:
    """The line above the list: the way into choosing several, and while choosing the ways on."""
    _, every, link = page.shown.language, choice.with_all(found) if choice.step else choice, page.shown.link
    st.session_state.pop("bulk_seen", None)
    if choice.step:
        st.session_state.update({key: st.session_state[key] for key in KEPT if key in st.session_state})

    def way(step: str, ids: Sequence[str] = choice.ids) -> str:
        return page.shown.link(LIST, *query.params(), *Choice(step, tuple(ids)).params())

    picked = [("id", name) for name in choice.ids]
    more = len(set(every.ids) - set(choice.ids))
    return {
        "step": choice.step, "ids": choice.ids, "full": len(choice.ids) >= MOST and _("at most {n} at a time", n=MOST),
        "start": way("list"), "add": way("add"), "none": way("list", ()), "stop": way("", ()),
        "only": link(LIST, *picked), "brief": link("/brief.html", *picked), "snapshot": link("/snapshot.html", *picked),
        "all": more and (way("list", every.ids), _.many("Choose {n} more that fits the filters", "Choose {n} more that fit the filters", more)),
    }  # fmt: skip


def add(page: Page, query: Query, choice: Choice) -> None:
    """The page that says what is added, shows what would change, and saves it: all or nothing."""
    here = [*query.params(), *choice.params()]
    header(page, here)
    # What saving says of a conflict is said here with the names of what changed.
    st.session_state.pop("saved", None)
    link, carry = page.shown.link, query.params()
    back = link(LIST, *carry, *Choice("list", choice.ids).params())
    page.show("forms/bulk_edit_top.html", count=len(choice.ids), back=back, stop=link(LIST, *carry))
    with st.container(border=True):
        _form(page, choice)
    footer(page, here)


def _form(page: Page, choice: Choice) -> None:
    _ = page.shown.language
    kinds: dict[str, tuple[str, Callable[[Page, Choice], Asked | None]]] = {
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
            literal(
                _("Changed in between: {names}. Nothing was saved; what stands here is new.", names="; ".join(changed))
            )
        )
    page.show("forms/bulk_edit.html", what=what, preview=preview, way=st.session_state.get("bulk_suggests"))
    n = preview.count
    # The key holds what is shown: a click on what somebody has not seen does nothing.
    label = _.many("Add to {n} recommendation", "Add to {n} recommendations", n)
    if not n or not st.button(label, type="primary", key=f"bulk_add_{preview.sign}"):
        return
    if not clean(reason):
        st.error(_("Say in a sentence why it is added: the reason stays in the history."))
        return
    said = _.many(
        "“{what}” was added to {n} recommendation.", "“{what}” was added to {n} recommendations.", n, what=what
    )
    if saved(page, LIST, preview.changed, clean(reason), lambda now: said):
        for key in (*KEPT, "bulk_seen"):
            st.session_state.pop(key, None)
        for key in ("choosing", "pick"):
            st.query_params.pop(key, None)
        st.rerun()


def _evidence(page: Page, choice: Choice) -> Asked | None:
    _, view, label = page.shown.language, page.view, page.shown.label
    names = {
        e.id: strip_bidi_controls(" · ".join(filter(None, [_.text(e.title or e.summary).text[:120], e.publisher, e.published and _.date(e.published)])))
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
    words = _.text(item.title).text if item.title else item.publisher
    return name, words, evidence_preview(view, choice, name, way)


def _tag(page: Page, choice: Choice) -> Asked | None:
    _, settings, named = page.shown.language, page.view.settings, page.shown.named
    names = {f"themes:{t.id}": _("Theme: {name}", name=named(t.id)) for t in settings.themes}
    names |= {f"groups:{g.id}": _("Group: {name}", name=named(g.id)) for g in settings.groups}
    chosen = st.selectbox(
        _("Theme or group (our tagging)"), list(names), format_func=lambda i: names.get(i, i), index=None, key="bulk_tag",
        placeholder=_("Choose"),
    )  # fmt: skip
    if chosen not in names:
        return None
    field, _colon, code = chosen.partition(":")
    return chosen, named(code), tag_preview(page.view, choice, FIELDS[field], code)


def _changed_in_between(page: Page, name: str, preview: Preview) -> list[str]:
    """What a colleague changed since this person first saw the preview, by name; said until it is saved or asked anew."""
    # the address has what was chosen, also what is not there any more
    asked = (name, *st.query_params.get_all("pick"))
    seen = st.session_state.get("bulk_seen")
    before, said = seen[1:] if seen and seen[0] == asked else (preview.versions, ())
    said = tuple(dict.fromkeys([*said, *changed_since(before, preview.versions)]))
    st.session_state["bulk_seen"] = (asked, preview.versions, said)
    records = {**page.view.dataset.evidence, **page.view.dataset.recommendations}
    titles = {i: records[i].title for i in said if i in records}
    return [page.shown.language.text(title).text if (title := titles.get(i)) else i for i in said]
