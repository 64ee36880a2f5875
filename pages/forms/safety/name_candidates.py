"""Ask a person whether words that begin with capital letters are a name, before a text becomes public."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

import streamlit as st

from pages.shared import layout
from pages.shared.layout import Page, escape_markdown
from pages.shared.saving import field_label
from tracker.config import load_config
from tracker.files.scan import place_in_file
from tracker.model.safety_config import SafetyFinding
from tracker.safety.dismissals import load_dismissals

Candidates = Mapping[str, list[SafetyFinding]]
"""Widget key → the passages with the same words, which may be a name."""
MAX_TICKED = 8
"""If a text has more such words than this, they are confirmed together."""
MAX_SHOWN_PAGES = 10


def group_by_words(candidates: Sequence[SafetyFinding], version: str) -> Candidates:
    """Return the candidates by their words. `version` is what is to be published: a tick is for this version only."""
    grouped: dict[str, list[SafetyFinding]] = {}
    for finding in candidates:
        words = " ".join(finding.match.words.casefold().split())
        digest = blake2b(f"{version}\0{words}".encode(), digest_size=8).hexdigest()
        grouped.setdefault(f"not_a_name_{digest}", []).append(finding)
    return grouped


def show_candidates(page: Page, candidates: Candidates, *, edit_link: str = "") -> bool:
    """Show each pair of words that may be a name, with a box to confirm that it is none. Return whether all are ticked.

    If there are many, they are shown as one list with one box. `edit_link` leads to the form in which a text can be
    reworded, if there is one.
    """
    language = page.context.language
    _ = language.gettext
    if not candidates:
        return True
    page.show("private/name_candidates.html", count=len(candidates), edit=edit_link)
    if len(candidates) > MAX_TICKED:
        rows = [(found[0].match.words, place_in_words(page, found), len(found)) for found in candidates.values()]
        page.show("private/many_candidates.html", rows=rows)
        key = "no_names_" + blake2b("".join(candidates).encode(), digest_size=8).hexdigest()
        return st.checkbox(_("I have read the list: none of these {n} is a person's name", n=len(candidates)), key=key)
    ticked = []
    with st.container(border=True):
        for key, found in candidates.items():
            page.show("private/name_candidate.html", one=found[0], field_name=place_in_words(page, found))
            words = escape_markdown(found[0].match.words)
            ticked.append(st.checkbox(_("“{words}” is not a person's name", words=words), key=key))
    return all(ticked)


def record_confirmations(page: Page, candidates: Candidates) -> None:
    """Record that the candidates are no names, like dismissed findings. Raises what `Dismissals.dismiss` raises."""
    if candidates:
        reason = page.context.language.gettext("Confirmed before it was published: this is not a person's name.")
        confirmed = [(finding, reason) for findings in candidates.values() for finding in findings]
        load_dismissals(load_config()).dismiss(confirmed, by=layout.current_person())


def place_in_words(page: Page, found: Sequence[SafetyFinding]) -> str:
    """Return where some passages are: the label of a field, or the file and its pages, such as "law.pdf, p. 3, 7"."""
    pages = dict.fromkeys(number for one in found if (place := place_in_file(one)) for number in place[1])
    first = found[0].text_field
    if pages:
        path = (*first.field_path[:2], *list(pages)[:MAX_SHOWN_PAGES])
        return field_label(replace(found[0], text_field=replace(first, field_path=path)), page.context.language)
    return field_label(found[0], page.context.language)
