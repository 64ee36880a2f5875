"""Read the letters of rapporteurs for follow-up, in which words stand where other committees print grades.

The words are kept as words: no letters are made of them.
"""

import re
from collections.abc import Sequence

from tracker.importing.documents.imported_document import (
    FollowUpReport,
    GradedParagraph,
    ImportedGrade,
    ImportedReply,
)
from tracker.importing.documents.reporting_dates import find_dates
from tracker.importing.documents.text_blocks import clean_text
from tracker.model.localized_text import one_line

_LETTERS = r"\([a-z]\)(?:(?:, | and )+\([a-z]\))*"
_NUMBER = re.compile(rf"(?<![\w(])\d{{1,3}}(?:\s*{_LETTERS})?")
_SYMBOL = re.compile(r"(?<![\w/])[A-Z]{3,6}/[A-Z][\w.-]*(?:/[\w.-]*\w)+")
_VERDICT = re.compile(
    r"(?:substantive|initial|some|significant|no) steps?\b|not (?:yet )?(?:been )?implemented\b|"
    r"(?:partially|partly|substantially|largely|fully) implemented\b|(?<=been )implemented\b|"
    r"(?:(?:did|has) not (?:receive|provide)d? |in|lack of )?sufficient information\b|counteract\w*",
    re.I,
)
_LETTER_PARAGRAPH = re.compile(
    r"(?:Paragraph|(?:Regarding|In relation to|With regard to|Concerning|As to) (?:the )?recommendations?[^.]{0,60}? paragraph)\s+"
    rf"(?P<number>\d{{1,3}}(?:\s*{_LETTERS})?)"
)
_LETTER_STATE = re.compile(
    r"(?:periodic|initial) reports? of (?:the )?([A-Z][\w' -]*?)(?=[,.(]| (?:at|by|during|in|on|under)\b)"
)
_CONSIDERS = re.compile(r"\b(?:Committee|Rapporteur|It)\b (?:\w+ ){0,3}(?:considers|finds|concludes|assesses)\b")


def read_letter(lines: Sequence[str]) -> FollowUpReport | None:
    """Return what the letter of a rapporteur for follow-up says, with its words in place of grades; None if it is none."""
    text = " ".join(filter(None, map(clean_text, lines))).replace("\n", " ").replace("’", "'")
    observations = next((m[0] for m in _SYMBOL.finditer(text) if "/CO/" in m[0] and "Add." not in m[0]), None)
    if not observations or not re.search(r"(?s)rapporteur (?:for|on) follow-up.*\b(?:Excellency|honour)\b", text, re.I):
        return None
    starts = list(_LETTER_PARAGRAPH.finditer(text))
    opening = text[: starts[0].start()] if starts else text
    paragraphs = []
    for start, end in zip(starts, [*(m.start() for m in starts[1:]), len(text)], strict=True):
        sentences = re.split(r"(?<=[.;:])\s+(?=[A-Z])", text[start.end() : end])
        graded = [
            (verdict, words) for words in sentences if _CONSIDERS.search(words) and (verdict := _VERDICT.search(words))
        ]
        grades = tuple(ImportedGrade(verdict[0], None, words.strip()) for verdict, words in graded)
        paragraphs.append(GradedParagraph(one_line(start["number"]), grades=grades))
    state = _LETTER_STATE.search(opening)
    received = [found.text for found in find_dates(opening) if opening[: found.start].endswith("received on ")]
    reply = next((m[0] for m in _SYMBOL.finditer(opening) if re.search(r"/FCO/|Add\.", m[0])), None)
    named = re.search(rf"paragraphs ((?:\d{{1,3}}(?:\s*{_LETTERS})?(?:, | and )?)+)", opening)
    return FollowUpReport(
        state=state[1] if state else None,
        concluding_observations=observations,
        follow_up_paragraphs=tuple(one_line(n) for n in _NUMBER.findall(named[1])) if named else (),
        replies=(ImportedReply(reply, received[0] if received else None),) if reply or received else (),
        paragraphs=tuple(paragraphs),
    )
