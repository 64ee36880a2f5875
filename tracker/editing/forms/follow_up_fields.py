"""The fields of the document form about the follow-up: the selected paragraphs, how they were checked, and the note."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracker.editing.forms.values import initial_text_by_language, update_text
from tracker.model.localized_text import clean_input
from tracker.model.records import Source
from tracker.model.registers import FollowUp
from tracker.model.vocabulary import Verification
from tracker.queries.view import View


def follow_up_values(view: View, follow_up: FollowUp | None) -> dict[str, Any]:
    """Return field of the form → initial value. Without a follow-up, the paragraphs are not checked yet."""
    settings = view.settings
    return {
        "follow_up_paragraphs": ", ".join(follow_up.paragraphs) if follow_up else "",
        "follow_up_place": (follow_up.source.paragraph if follow_up and follow_up.source else None) or "",
        "follow_up_mark": follow_up.verification if follow_up else Verification.TO_CHECK,
        "follow_up_note": initial_text_by_language(
            follow_up.note if follow_up else None, settings.languages, settings.language
        ),
    }


def update_follow_up(
    view: View,
    old: FollowUp | None,
    *,
    paragraphs: str,
    place: Source,
    mark: Verification | str | None,
    note: Mapping[str, str],
) -> FollowUp | None:
    """Return the follow-up with what was typed: paragraphs with commas or semicolons between them. None: nothing known.

    `place` is the document with the paragraph that was typed. A recorded source keeps its document.
    """
    selected = tuple(filter(None, (clean_input(part) for part in re.split("[,;]", paragraphs))))
    text = update_text(old.note if old else None, note, view.settings.language) or None
    verification = Verification(mark or Verification.TO_CHECK)
    if old is None:
        has_more = bool(selected or text) or verification is not Verification.TO_CHECK
        source = place if place.paragraph else None
        return FollowUp(verification=verification, source=source, paragraphs=selected, note=text) if has_more else None
    source = replace(old.source, paragraph=place.paragraph) if old.source else place if place.paragraph else None
    return replace(old, verification=verification, source=source, paragraphs=selected, note=text)
