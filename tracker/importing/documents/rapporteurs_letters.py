"""Read letters of rapporteurs on follow-up, which have words instead of grades, or grades without the form of a report."""

import re
from collections.abc import Sequence

from tracker.importing.documents import follow_up_lines, imported_document
from tracker.importing.documents.follow_up_lines import GRADE
from tracker.importing.documents.follow_up_reports import REFERENCE_SYMBOL, read_graded_letter
from tracker.importing.documents.imported_document import FollowUpSection, GradedParagraph, ImportedGrade, ImportedReply
from tracker.importing.documents.reporting_dates import find_dates, not_before
from tracker.model.localized_text import one_line

_LETTERED = r"\([a-z]\)(?:(?:, | and )+\([a-z]\))*"
_NUMBER_IN_WORDS = re.compile(rf"(?<![\w(])\d{{1,3}}(?:\s*{_LETTERED})?")
_VERDICT = re.compile(
    r"(?P<steps>(?:substantive|initial|some|significant|no) (?:steps?|progress)\b)|(?P<none>not (?:yet )?(?:been )?implemented\b)|"
    r"(?:partially|partly|substantially|largely|fully|not) (?:implemented|satisfactory)\b|(?<=been )implemented\b|"
    r"(?:(?:did|has) not (?:receive|provide)d? |in|lack of )?sufficient information\b|(?:in)?sufficient progress\b|counteract\w*",
    re.I,
)
_PARAGRAPH = re.compile(
    r"(?:(?:Follow-up )?Paragraph|Para\.|(?:Regarding|In relation to|With regard to|Concerning|As to) (?:the )?recommendations?[^.]{0,60}? paragraph)\s+"
    rf"(?P<number>\d{{1,3}}(?:\s*{_LETTERED})?)"
)
_CLOSING = re.compile(
    r"(?:The Committee|In (?:view|light)|For these reasons|Please accept|Accept|I look)\b"
    r".*\b(?:discontinue\w*|follow-up procedure|next (?:periodic )?report|Excellency|dialogue)\b"
)
"""The beginning of the closing text of a letter, below its last paragraph."""
_TITLE = re.compile(rf"(?:(?:Follow-up )?Paragraph|Para\.) \d{{1,3}}(?:\s*{_LETTERED})?\s*[:.–—-]\s*(\S.{{3,118}})")
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
    r"(?i)^(?!.*(?:\bno information|\bnot received?)\b).*\b(?:non-governmental|NGOs?\b|civil society|alternative report)"
)
_ASKED_NEXT = re.compile(
    r"\bCommittee (?:also )?(?:recommends|requests|invites|would (?:appreciate|welcome))\b.*\bnext (?:periodic )?report\b|"
    r"\bCommittee\b.*\b(?:decides|decided) to (?:discontinue|close|suspend|end|request)\b",
    re.S,
)
_SENTENCE_END = re.compile(r"(?<=\.)\s+(?=[A-Z])")
_DUE = re.compile(
    r"(?i)(?:\bnext (?:periodic )?report\b[^.]{0,60}\b(?:due|by|on|in)|periodic report,? (?:which )?is due)\b[^.;(*\d]*$"
)


def read_rapporteurs_letter(lines: Sequence[str]) -> FollowUpSection | None:
    """Return what a rapporteur's letter says, with grades in letters or words; None for any other document."""
    cleaned = [line for line in map(imported_document.clean_text, lines) if line]
    whole = " ".join(cleaned).replace("\n", " ")
    text = whole.replace("’", "'")  # for patterns; what is quoted comes from `whole`
    observations = next((m[0] for m in REFERENCE_SYMBOL.finditer(text) if "/CO/" in m[0] and "Add." not in m[0]), None)
    if not observations or not re.search(r"(?s)rapporteur (?:for|on) follow-up.*\b(?:Excellency|honour)\b", text, re.I):
        return None
    headings = (_TITLE.fullmatch(line) for line in cleaned if not imported_document.ends_sentence(line))
    titles = {heading[0]: heading[1] for heading in headings if heading}
    starts = list(_PARAGRAPH.finditer(text))
    opening = text[: starts[0].start()] if starts else text
    named = re.search(
        rf"(?:paragraphs|contained in paragraph) ((?:\d{{1,3}}(?:\s*{_LETTERED})?(?:, | and )*)+)", opening
    )
    first = next((at for at, line in enumerate(cleaned) if _PARAGRAPH.match(line)), len(cleaned))
    last = next((at for at, line in enumerate(cleaned) if at > first and _CLOSING.match(line)), len(cleaned))
    body_lines = [follow_up_lines.plain_line(line) for line in cleaned[first:last]]
    paragraphs, unread = list[GradedParagraph](), tuple[str, ...]()
    if any(re.search(GRADE, line) for line in body_lines):
        graded = read_graded_letter(body_lines, named[1] if named else "")
        paragraphs, unread = [*graded.paragraphs], graded.unread
    ends = [*(start.start() for start in starts[1:]), len(text)]
    for start, end in () if paragraphs else zip(starts, ends, strict=False):
        heading = next((h for h in titles if whole.startswith(h, start.start())), "")
        body = whole[start.start() + len(heading) if heading else start.end() : end]
        quoted, number = _QUOTED.search(body), one_line(start["number"])
        grades = _verdicts(number, re.split(r"(?<=[.;:])\s+(?=[A-Z])", body))
        recommendation = quoted[1].strip() if quoted else ""
        paragraphs.append(GradedParagraph(number, titles.get(heading, ""), recommendation, grades=grades))
    state, dates = _STATE.search(opening), find_dates(opening)
    received = [d.text for d in dates if _SENT.search(opening[: d.start]) or _CAME.match(opening[d.end :])]
    reply = next((m[0] for m in REFERENCE_SYMBOL.finditer(opening) if re.search(r"/FCO/|Add\.", m[0])), None)
    adopted = (d.text for d in dates if re.search(r"adopted[^.;]* (?:on|in) $", opening[: d.start]))
    session = (d.text for line in cleaned[:15] for d in find_dates(line) if line[d.start : d.end] == line)
    due = (found.text for found in find_dates(text) if "/" not in found.text and _DUE.search(text[: found.start]))
    return FollowUpSection(
        state=state[1].strip() if state else None,
        concluding_observations=observations,
        adopted=next(adopted, None),
        follow_up_paragraphs=tuple(one_line(n) for n in _NUMBER_IN_WORDS.findall(named[1])) if named else (),
        replies=(ImportedReply(reply, received[0] if received else None),) if reply or received else (),
        session_dates=(dated := next(session, None)),
        ngo_information=" ".join(one for one in _SENTENCE_END.split(opening) if _NGOS.search(one)),
        paragraphs=tuple(paragraphs),
        recommended_action=" ".join(one for one in _SENTENCE_END.split(whole) if _ASKED_NEXT.search(one)),
        next_report=not_before(next(due, None), dated),
        unread=unread,
    )


def _verdicts(number: str, sentences: Sequence[str]) -> tuple[ImportedGrade, ...]:
    """Return the verdicts on a paragraph as grades. Each has its sentence and, if the sentence names a part, this part."""
    own = number.partition(" ")[2]
    found = []
    for words in sentences:
        verdict = _VERDICT.search(words) if _JUDGES.search(words) else None
        if not verdict:
            continue
        part = re.search(rf"\b(?:sub)?paragraphs? (?:{number.split()[0]} )?({_LETTERED})", words)
        scope = one_line(part[1]) if part and part[1] != own else None
        grade = "not implemented" if verdict["none"] else verdict[0]
        found.append((bool(verdict["steps"]), ImportedGrade(grade, scope, words.strip(" ,"))))
    decided = {grade.scope for is_step, grade in found if not is_step}
    return tuple(grade for is_step, grade in found if not is_step or grade.scope not in decided)
