"""Read the letters of rapporteurs for follow-up, in which words stand where other committees print grades.

The words are kept as words: no letters are made of them.
"""

import re
from collections.abc import Sequence

from tracker.importing.documents.follow_up_reports import REFERENCE_SYMBOL, read_graded_paragraphs
from tracker.importing.documents.imported_document import (
    FollowUpReport,
    GradedParagraph,
    ImportedGrade,
    ImportedReply,
    clean_text,
    ends_sentence,
)
from tracker.importing.documents.reporting_dates import find_dates
from tracker.model.localized_text import one_line

_LETTERS = r"\([a-z]\)(?:(?:, | and )+\([a-z]\))*"
_NUMBER = re.compile(rf"(?<![\w(])\d{{1,3}}(?:\s*{_LETTERS})?")
_VERDICT = re.compile(
    r"(?P<steps>(?:substantive|initial|some|significant|no) (?:steps?|progress)\b)|(?P<none>not (?:yet )?(?:been )?implemented\b)|"
    r"(?:partially|partly|substantially|largely|fully|not) (?:implemented|satisfactory)\b|(?<=been )implemented\b|"
    r"(?:(?:did|has) not (?:receive|provide)d? |in|lack of )?sufficient information\b|(?:in)?sufficient progress\b|counteract\w*",
    re.I,
)
_PARAGRAPH = re.compile(
    r"(?:(?:Follow-up )?Paragraph|Para\.|(?:Regarding|In relation to|With regard to|Concerning|As to) (?:the )?recommendations?[^.]{0,60}? paragraph)\s+"
    rf"(?P<number>\d{{1,3}}(?:\s*{_LETTERS})?)"
)
_CLOSING = re.compile(
    r"(?:The Committee|In (?:view|light)|For these reasons|Please accept|Accept|I look)\b"
    r".*\b(?:discontinue\w*|follow-up procedure|next (?:periodic )?report|Excellency|dialogue)\b"
)
"""How the text below the last paragraph begins."""
_TITLE = re.compile(rf"(?:(?:Follow-up )?Paragraph|Para\.) \d{{1,3}}(?:\s*{_LETTERS})?\s*[:.–—-]\s*(\S.{{3,118}})")
_QUOTED = re.compile(r"\bthe State party(?: to)?:?\s*[\"“«]\s*([^\"“”«»]{10,})[\"”»]")
_STATE = re.compile(
    r"\breports? (?:of|submitted by) (?:the )?([A-Z][\w' -]*?)(?=[,.(]| (?:at|by|during|in|on|under)\b)"
)
_THINKS = r"(?:considers|finds|concludes|assesses|(?:is of|takes) the view)\b"
_JUDGES = re.compile(
    rf"\b(?:Committee|Rapporteur|It)\b (?:\w+ ){{0,3}}{_THINKS}|\bCommittee\b.*\band {_THINKS}|"
    r"\b[Rr]ecommendations?\b[^.;]* (?:has|have) (?:not |yet |partially |partly )*been\b"
)
_SENT = re.compile(
    r"(?:received (?:with [\w ]{1,40} )?(?:on|in)|\b(?:letter|note|reply|response|follow-up (?:report|information))\b[^.;]{0,40} (?:of|dated|on)) $"
)
_CAME = re.compile(r",? the (?:Committee|secretariat) received (?:the|a|your)\b[^.;]{0,60} (?:reply|response|report)")
_NGOS = re.compile(
    r"^(?!.*(?:\bno information|\bnot received?)\b).*\b(?:non-governmental|NGOs?\b|civil society|alternative report)",
    re.I,
)
_ASKED_NEXT = re.compile(
    r"\bCommittee (?:also )?(?:recommends|requests|invites|would (?:appreciate|welcome))\b.*\bnext (?:periodic )?report\b|"
    r"\bCommittee\b.*\b(?:decides|decided) to (?:discontinue|close|suspend|end|request)\b",
    re.S,
)
_SENTENCE_END = re.compile(r"(?<=\.)\s+(?=[A-Z])")
_DUE = re.compile(
    r"(?:\bnext (?:periodic )?report\b[^.]{0,60}\b(?:due|by|on|in)|periodic report,? (?:which )?is due)\b[^.]*$", re.I
)


def read_letter(lines: Sequence[str]) -> FollowUpReport | None:
    """Return what the letter of a rapporteur for follow-up says, with its words in place of grades; None if it is none."""
    cleaned = [line for line in map(clean_text, lines) if line]
    text = " ".join(cleaned).replace("\n", " ").replace("’", "'")
    observations = next((m[0] for m in REFERENCE_SYMBOL.finditer(text) if "/CO/" in m[0] and "Add." not in m[0]), None)
    if not observations or not re.search(r"(?s)rapporteur (?:for|on) follow-up.*\b(?:Excellency|honour)\b", text, re.I):
        return None
    titles = {m[0]: m[1] for line in cleaned if (m := _TITLE.fullmatch(line)) and not ends_sentence(line)}
    starts = list(_PARAGRAPH.finditer(text))
    opening = text[: starts[0].start()] if starts else text
    named = re.search(
        rf"(?:paragraphs|contained in paragraph) ((?:\d{{1,3}}(?:\s*{_LETTERS})?(?:, | and )*)+)", opening
    )
    first = next((at for at, line in enumerate(cleaned) if _PARAGRAPH.match(line)), len(cleaned))
    last = next((at for at, line in enumerate(cleaned) if at > first and _CLOSING.match(line)), len(cleaned))
    graded = read_graded_paragraphs(cleaned[first:last], named[1] if named else "")
    paragraphs = list(graded)
    for start, end in (
        () if graded else zip(starts, [*(m.start() for m in starts[1:]), len(text)][: len(starts)], strict=True)
    ):
        heading = next((h for h in titles if text.startswith(h, start.start())), "")
        body = text[start.start() + len(heading) if heading else start.end() : end]
        quoted = _QUOTED.search(body)
        number = one_line(start["number"])
        paragraphs.append(
            GradedParagraph(
                number,
                title=titles.get(heading, ""),
                recommendation=quoted[1].strip() if quoted else "",
                grades=_grades(number, re.split(r"(?<=[.;:])\s+(?=[A-Z])", body)),
            )
        )
    state = _STATE.search(opening)
    received = [
        d.text for d in find_dates(opening) if _SENT.search(opening[: d.start]) or _CAME.match(opening[d.end :])
    ]
    reply = next((m[0] for m in REFERENCE_SYMBOL.finditer(opening) if re.search(r"/FCO/|Add\.", m[0])), None)
    due = (found.text for found in find_dates(text) if _DUE.search(text[: found.start]))
    return FollowUpReport(
        state=state[1].strip() if state else None,
        concluding_observations=observations,
        adopted=next(
            (d.text for d in find_dates(opening) if re.search(r"adopted[^.;]* (?:on|in) $", opening[: d.start])), None
        ),
        follow_up_paragraphs=tuple(one_line(n) for n in _NUMBER.findall(named[1])) if named else (),
        replies=(ImportedReply(reply, received[0] if received else None),) if reply or received else (),
        session_dates=next(
            (d.text for line in cleaned[:15] for d in find_dates(line) if line[d.start : d.end] == line), None
        ),
        ngo_information=" ".join(one for one in _SENTENCE_END.split(opening) if _NGOS.search(one)),
        paragraphs=tuple(paragraphs),
        recommended_action=" ".join(one for one in _SENTENCE_END.split(text) if _ASKED_NEXT.search(one)),
        next_report=next(due, None),
    )


def _grades(number: str, sentences: Sequence[str]) -> tuple[ImportedGrade, ...]:
    """Return the words by which a paragraph is graded, each with its part if the sentence names one of several.

    "Some steps" only explain "partially implemented", if both are said of the same part.
    """
    own = number.partition(" ")[2]
    found = []
    for words in sentences:
        verdict = _VERDICT.search(words) if _JUDGES.search(words) else None
        if not verdict:
            continue
        part = re.search(rf"\b(?:sub)?paragraphs? (?:{number.split()[0]} )?({_LETTERS})", words)
        scope = one_line(part[1]) if part and part[1] != own else None
        grade = "not implemented" if verdict["none"] else verdict[0]
        found.append((bool(verdict["steps"]), ImportedGrade(grade, scope, words.strip(" ,"))))
    decided = {grade.scope for is_step, grade in found if not is_step}
    return tuple(grade for is_step, grade in found if not is_step or grade.scope not in decided)
