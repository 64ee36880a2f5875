"""Read reports on follow-up to concluding observations: what was selected, what the State replied, how it was graded.

A committee prints a section for each State, from 2013 to today in many layouts: a header with labels, then
for each paragraph the recommendation, the State's reply and the Committee's evaluation with its grades. What a report does
not say stays None: nothing is worked out, and a part without a letter gets none.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.importing.documents.follow_up_lines import (
    GRADE,
    LABELS,
    LETTERS,
    ONE_LETTER,
    PARAGRAPH_LINE,
    REPORT_SYMBOL,
    begins_text,
    clean_lines,
    join_labelled_lines,
    label_of,
    plain_line,
)
from tracker.importing.documents.imported_document import (
    FollowUpReport,
    GradedParagraph,
    ImportedGrade,
    ImportedReply,
    ends_sentence,
)
from tracker.importing.documents.pasted_text_reader import MAX_LINES, find_margins, join_lines, without_glued_numbers
from tracker.importing.documents.phrases import Phrases, guess_language, load_phrases
from tracker.importing.documents.reporting_dates import find_dates
from tracker.importing.entry import LATIN_LOOKALIKES
from tracker.model.localized_text import one_line

LONGEST_HEADER = 4_000
"""Characters of one value in the header of a State that are read. They have at most a few hundred."""
_HEADER_GRADES = re.compile(
    rf"(?P<numbers>(?<![\w/.-])\d{{1,3}}(?:\s*{LETTERS})?(?:(?:\s*,\s*|\s+)(?:(?:and|и)\s+)?\d{{1,3}}(?:\s*{LETTERS})?)*)"
    rf"\s*[:–-]?\s*(?P<grades>{GRADE}(?:(?:,|;|/|and\b|и\b|\s)*(?:{LETTERS}\s*)?{GRADE}|\s*{LETTERS})*)"
)
_GRADES_FIRST = re.compile(
    rf"(?P<grade>{GRADE})\s*(?:for|on|:)?\s*(?:paragraphs? )?(?P<numbers>\d{{1,3}}(?:(?:, | and )+\d{{1,3}})*)"
)
_NUMBER = re.compile(rf"(?<![\w/.(])(\d{{1,3}}(?:\s*{LETTERS})?)(?![\w/])")
_HEAD = re.compile(
    rf"(?:(?i:(?:sub)?para(?:graph)?s?\.?|(?:под)?пункт\w*)\s+)?(?P<before>(?:\d{{1,3}}\s*)?{LETTERS}|(?:Article|Стать[ия]) \d+(?: \(\d+\))?)?\s*[:–-]?\s*(?P<grade>{GRADE})"
    rf"(?:\s*[:–-]?\s*(?:(?i:on|for|in respect of|as regards|with regard to|regarding|concerning|(?:sub)?para(?:graph)?s?\.?|parts?|items?|(?:под)?пункт\w*|по)\s+){{0,2}}(?P<after>(?:\d{{1,3}}\s*)?{LETTERS}))?"
)
_PLAIN_HEAD = re.compile(
    rf"(?:(?:Parts? )?(?P<before>{LETTERS})\s*[:–—-]?\s*)?(?P<grade>[A-EАВСЕ][12]?)"
    rf"(?:(?=\s*:?\s*{LETTERS}\s*(?:[:–—]|$))\s*:?\s*(?P<after>{LETTERS})|\s*[:–—]\s+|(?(before)\.\s+|(?!))|$)"
)
_NEXT_GRADE = re.compile(rf"(?<=[.;:?])\s+(?=(?:{LETTERS}\s*)?{GRADE}\s*(?:[:(]|{LETTERS}|[A-Z]))")
REFERENCE_SYMBOL = re.compile(r"(?<![\w/])(?:INT|E(?=/C)|[A-Z]{3,6})/[A-Z][\w.-]*(?:/[\w.-]*\w)+")
_NOT_SENT = re.compile(
    r"\b(?:remind\w*|due|deadline|expected|requested|extension|overdue|published|issued|напоминани\w*|срок\w*)\b"
    r"(?:(?!\breceived|\bполучен)[^;,])*$",
    re.I,
)
_NOTHING = re.compile(
    r"\W*(?:none\b.*|no\b.*|see (?:above|below)\b.*|not (?:available|applicable|received)\b.*|n/a|nil|нет\b.*|отсутству\w+.*|не (?:получен|поступ).*|[-–—]*)\W*$",
    re.I,
)
_NOT_REPRODUCED = re.compile(r"\bnot (?:been )?reproduced\b|\bomitted\b|\bword limits?\b|не воспроизв", re.I)
_NO_STATE = re.compile(
    r"(?:\W*\w+(?:[- ]\w+)? session\b.*|assessment .*|adopted .*|.*\bfollow-up\b.*|.*[.:;]|table\b.*|annex\b.*|part \w+)$",
    re.I,
)
_STATE_OF_TITLE = re.compile(
    r"(?:concluding observations(?: on|:)|заключительными замечаниями:|\bsession \([^)]+\)) (?:the )?([A-ZА-Я][\w’' ().,-]*?)\s*[*\[\]]*\d*$"
)
_REFLOWED = re.compile(rf"(?:{LABELS['observations']})\b.{{0,80}}/CO/.{{0,120}}?(?:{LABELS['selected']})\s*:", re.I)
"""The header of a State in a text whose lines say nothing: they were lost, and others made."""
_MAY_BE_REPORT = re.compile(r"\bfollow-up|\bCOBs?\b|последующ", re.I)
_ADOPTED_AT = re.compile(r"adopted by the Committee at its ([\w-]+(?: [\w-]+){0,3} session) \(([^)]+)\)", re.I)
_FIRST_OF_TEXT = re.compile(
    r"[\[“\"«]|\([a-zа-я]\)|(?:The|It|In|While|As|Bearing|With|States?|Measures|Recalling|Furthermore|Ensure|Take|Государств\w+|Комитет\w*)\b"
)


def read_follow_up_reports(lines: Sequence[str], *, is_paged: bool = False) -> tuple[FollowUpReport, ...]:
    """Return what a report says of each State, in order; empty if it is no report on follow-up.

    `lines` are lines or paragraphs of its text, also those in the margins. `is_paged` says that they come from pages:
    then page headers, page numbers and footnotes stand between them, and a form feed ends a page.
    """
    cleaned = clean_lines(lines)
    if not any(_MAY_BE_REPORT.search(line) for line in cleaned[:MAX_LINES]):
        return ()
    paired = join_labelled_lines(cleaned[:MAX_LINES])
    margins = find_margins(paired, is_repeated_text=begins_text) if is_paged else None
    kept = [without_glued_numbers(line) for line in (margins[0] if margins else paired) if line.strip()]
    starts = [at for at in range(len(kept)) if _is_start(kept, at)]
    whole = " ".join(line for line in cleaned if line != "\f")
    if len(cleaned) > 1 and sum(1 for _header in _REFLOWED.finditer(whole)) > len(starts):
        return read_follow_up_reports([whole])
    if not starts:
        return ()
    adopted = _ADOPTED_AT.search(" ".join([*kept, *(margins[2] if margins else ())]))
    reader = _Reader(kept)
    headings = [_state_above(kept, start) for start in starts]
    ends = [*(first for _state, first in headings[1:]), len(kept)]
    return tuple(
        replace(
            reader.read_section(kept[start:end]),
            symbol=_report_symbol(cleaned, " ".join(kept[: starts[0]])),
            state=state or (_state_of_title(kept[: starts[0]]) if len(starts) == 1 else None),
            session=adopted[1] if adopted else "",
            session_dates=next((found.text for found in find_dates(adopted[2])), None) if adopted else None,
        )
        for start, end, (state, _first) in zip(starts, ends, headings, strict=True)
    )


def read_graded_paragraphs(lines: Sequence[str], selected: str) -> tuple[GradedParagraph, ...]:
    """Return the paragraphs in the lines of a letter that prints grades in brackets; none if it has only words.

    `selected` are the numbers of the paragraphs under follow-up, as written.
    """
    cleaned = [plain_line(line) for line in lines]
    if not any(re.search(GRADE, line) for line in cleaned):
        return ()
    return _Reader(cleaned).read_section([f"Follow-up paragraphs: {selected}", *cleaned]).paragraphs


def _is_start(lines: Sequence[str], at: int) -> bool:
    """Return whether the header of a State begins here: its concluding observations, and other labels soon after."""
    if not (found := label_of(lines[at])) or found[0] != "observations":
        return False
    after = [label[0] for line in lines[at + 1 : at + 25] if (label := label_of(line))]
    own = after[: after.index("observations")] if "observations" in after else after
    return "selected" in own[:6] or "evaluation" in own[:6]


def _report_symbol(lines: Sequence[str], front: str) -> str | None:
    """Return the symbol of the report: the one that stands alone in a line most often, or the first that is no reference."""
    alone = [found[0] for line in lines if (found := REPORT_SYMBOL.search(line)) and len(line) - len(found[0]) < 25]
    if alone:
        return Counter(alone).most_common(1)[0][0]
    is_reference = re.compile(r"\b(?:see|in|document)\W+$", re.I)
    others = (m for m in REPORT_SYMBOL.finditer(front) if not is_reference.search(front[: m.start()]))
    return next((found[0] for found in others), None)


def _state_above(lines: Sequence[str], start: int) -> tuple[str | None, int]:
    """Return the name of the State in the heading above a header, or None, and the place where this heading begins."""
    first = start
    above = range(start - 1, max(-1, start - 4), -1)
    for at in range(start - 1, max(-1, start - 7), -1):
        if (label := label_of(lines[at])) and label[0] == "state" and label[1].end() < len(lines[at]):
            return re.split(r" (?=[A-Z]\w+:)", lines[at][label[1].end() :])[0].strip(" *."), at
    for at in above:
        name = re.sub(r"^(?:[A-Z]|\d{1,2}|[IVX]+)\.\s+|\*+$|(?<=\))\d{1,2}$", "", lines[at]).strip()
        if re.match(r"\W*[\w-]+(?: [\w-]+)? session\b", name, re.I) or (
            re.match(r"[A-Z][\w ]+:\s", name) and not label_of(name)  # "Report: third periodic"
        ):
            first = at
            continue
        is_name = (
            name[:1].isupper()
            and len(name) < 70
            and ": " not in name
            and "Committee" not in name
            and not _NO_STATE.fullmatch(name)
            and not label_of(name)
        )
        if not is_name:
            break
        before = re.match(r"\W*[\w-]+(?: [\w-]+)? session\b", lines[at - 1], re.I) if at else None
        return name, at - 1 if before else at
    return None, first


def _state_of_title(front: Sequence[str]) -> str | None:
    found = (_STATE_OF_TITLE.search(line) for line in (*reversed(front), " ".join(front[-40:])))
    return next((title[1] for title in found if title), None)


@dataclass(slots=True)
class _Entry:
    """A labelled text of a section. `number` is that of its paragraph; "" in the header."""

    label: str
    number: str
    lines: list[str]
    note: str


class _Reader:
    """Reads the sections of one report; the words of the whole report tell which hyphens at line ends are true ones."""

    def __init__(self, lines: Sequence[str]) -> None:
        text = " ".join(lines)
        self._phrases: Phrases = load_phrases(guess_language(text))
        self._words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.lower()))

    def _join(self, lines: Sequence[str]) -> str:
        kept = [line for line in lines if line]
        return join_lines(kept, self._words, self._phrases).strip() if kept else ""

    def read_section(self, lines: Sequence[str]) -> FollowUpReport:
        """Return what the section of one State says, without the State and the symbol of the report."""
        entries = self._entries(lines)
        header = [entry for entry in entries if not entry.number]
        texts = {label: [self._join(entry.lines) for entry in header if entry.label == label] for label in LABELS}
        everything = " ".join(self._join(entry.lines) for entry in header)
        inside = [entry.note for entry in header if entry.label == "observations" and "/CO" in entry.note]
        observations, adopted = _observations(" ".join([*texts["observations"], *inside]) or everything)
        selected = _selected(header)
        graded = _header_grades([text[:LONGEST_HEADER] for text in texts["evaluation"][-1:]], selected)
        numbers = list(dict.fromkeys(entry.number for entry in entries if entry.number))
        missing = [number for number in selected if number not in numbers and number in graded]
        paragraphs = [
            self._paragraph([e for e in entries if e.number == n], graded.get(n) or graded.get(n.split()[0]) or ())
            for n in numbers
        ]
        paragraphs += [GradedParagraph(number, grades=tuple(graded[number])) for number in missing]
        order = {name: place for place, number in enumerate(selected) for name in (number, number.split()[0])}
        paragraphs.sort(key=lambda paragraph: order.get(paragraph.number, len(order)))
        actions = [e for e in entries if e.label == "action" and not _NOTHING.fullmatch(" ".join(e.lines))]
        next_report = self._join([line for entry in entries if entry.label == "next" for line in entry.lines[:2]])
        return FollowUpReport(
            concluding_observations=observations,
            adopted=adopted,
            follow_up_paragraphs=selected,
            replies=tuple(reply for text in texts["reply"] for reply in _replies(text[:LONGEST_HEADER])),
            ngo_information=" ".join(text for text in texts["ngo"] if not _NOTHING.match(text)),
            paragraphs=tuple(paragraphs),
            recommended_action=self._join([x for e in actions for x in e.lines]),
            next_report=next((found.text for found in find_dates(next_report)), None),
        )

    def _entries(self, lines: Sequence[str]) -> list[_Entry]:
        """Return the labelled texts of a section, in order."""
        entries: list[_Entry] = []
        number = ""
        selected: tuple[str, ...] = ()
        for line in lines:
            paragraph, label = PARAGRAPH_LINE.match(line), label_of(line)
            if paragraph and (not selected or paragraph["number"].split()[0].strip(",") in " ".join(selected).split()):
                rest = line[paragraph.end() :]
                if not number and entries and _is_line_of_header(entries[-1], rest):
                    entries[-1].lines.append(f"{paragraph['number']} {rest},")
                    continue
                number, base = one_line(paragraph["number"]), paragraph["number"].split()[0].strip(",")
                several = len(_NUMBER.findall(number)) > 1 and set(_NUMBER.findall(number)) <= set(selected)
                number = base if base in selected and number not in selected and not several else number
                entries.append(_Entry("paragraph", number, [rest], note=paragraph["title"] or ""))
            elif label:
                kind, found = label
                number = "" if kind in ("next", "action") else number
                entries.append(_Entry(kind, number, [line[found.end() :]], note=found["note"] or ""))
                selected = _selected(entries[-1:]) if kind == "selected" else selected
            elif entries:
                entries[-1].lines.append(line)
        return [replace(e, number=n, lines=[*e.lines]) for e in entries for n in _NUMBER.findall(e.number) or [""]]

    def _paragraph(self, entries: Sequence[_Entry], known: Sequence[ImportedGrade]) -> GradedParagraph:
        """Return a paragraph from its labelled texts. `known` are the grades that the header of the section gives it."""

        def lines(*labels: str) -> list[str]:
            return [line for label in labels for entry in entries if entry.label == label for line in entry.lines]

        opening = [entry for entry in entries if entry.label in ("paragraph", "recommendation")]
        if own := re.match(rf"((?:\s*{GRADE}(?:\s*{LETTERS})?)+)\s*[:.–-]?\s*", opening[0].lines[0]):
            opening[0].lines[0] = opening[0].lines[0][own.end() :]
            known, _rest = _heads(own[1].strip(), _HEAD)
            words = self._join(opening[0].lines)
            if len({each.label for each in entries}) == 1 and (
                not _recommends(self._phrases, words) or words.startswith(("The Committee", "Комитет"))
            ):
                entries = [replace(entry, label="evaluation") for entry in opening]  # nothing but grade and words
                opening = []
        title, recommendation = self._recommendation(opening)
        former = re.compile(r"first|previous|former|[A-Z]{3,5}/C/\d")
        latest = [each for each in entries if each.label == "evaluation" and not former.search(each.note)]
        evaluation = [line for entry in latest for line in entry.lines] if latest else lines("evaluation")
        reply = lines("summary", "reply")
        graded = next((at for at, line in enumerate(reply) if re.match(GRADE, line)), len(reply))
        reply, evaluation = reply[:graded], evaluation or reply[graded:]  # an evaluation may have no label
        ngos = self._join(lines("ngo"))
        return GradedParagraph(
            number=entries[0].number,
            title=title,
            recommendation=recommendation,
            question=self._join(lines("question")),
            reply=self._join(reply),
            ngo_information="" if _NOTHING.fullmatch(ngos) else ngos,
            grades=tuple(self._grades(evaluation, known)),
        )

    def _recommendation(self, opening: Sequence[_Entry]) -> tuple[str, str]:
        """Return the title after "Paragraph 15", and the recommendation; each is "" if the report does not have it."""
        lines = [line for entry in opening for line in entry.lines if line]
        title = next((entry.note for entry in opening if entry.note), "")
        if labelled := [line for entry in opening if entry.label == "recommendation" for line in entry.lines]:
            above = self._join([line for entry in opening if entry.label == "paragraph" for line in entry.lines])
            return title or above.strip(" .:"), self._join(labelled)
        if not title and lines:
            width = max(map(len, lines))
            end = 1
            while end < len(lines) and not _ends_title(lines[end - 1], lines[end], width):
                end += 1
            first = self._join(lines[:end])
            is_text = first.endswith((".", ";")) and (len(first) > 80 or _FIRST_OF_TEXT.match(first))
            if (
                not is_text
                and not _recommends(self._phrases, first)
                and len(first) < 250
                and not re.match(r"[“\"«(]", first)
            ):
                title, lines = first.rstrip(" .:"), lines[end:]
        text = re.sub(r"^\W*(?:\.\.\.|…)\W*\s", "", self._join(lines))
        inside = re.match(rf"([A-ZА-Я][^.:;()]{{3,90}})[.:]\s+(?={_FIRST_OF_TEXT.pattern})", text)
        if not title and inside and not _recommends(self._phrases, inside[1]):
            title, text = inside[1], text[inside.end() :]
        if _NOT_REPRODUCED.search(title):
            title = ""
        return title, "" if len(text) < 300 and _NOT_REPRODUCED.search(text) else text

    def _grades(self, lines: Sequence[str], known: Sequence[ImportedGrade]) -> list[ImportedGrade]:
        """Return the grades of an evaluation, in order. `known` are those that the header gives for its paragraph."""
        split: list[str] = []
        for piece in (piece for line in lines if line for piece in _NEXT_GRADE.split(line)):
            before = split[-1] if split else ""
            if before.endswith(";") and not _heads(before, _HEAD)[1].strip(" ;"):
                piece = f"{split.pop()} {piece}"  # several grades for one text
            split.append(piece)
        head = _HEAD if any(_HEAD.match(line) for line in split) else _PLAIN_HEAD
        loose: list[str] = []
        groups: list[tuple[list[ImportedGrade], list[str]]] = []
        for line in split:
            grades, rest = _heads(line, head)
            if grades:
                above = groups[-1][1] if groups else loose
                if above and re.fullmatch(rf"{LETTERS}\W*", above[-1]) and not grades[0].scope:
                    grades[0] = replace(grades[0], scope=one_line(above.pop().rstrip(" :")))
                groups.append((grades, [rest]))
            else:
                (groups[-1][1] if groups else loose).append(line)
        if not groups:
            return self._without_heads(loose, known)
        texts = [_scope_below(*group) for group in groups]
        evaluations = [self._join(rest) for _grades, rest in texts]
        if loose and not evaluations[-1] and len(self._join(loose)) > 60:
            evaluations = [self._join(loose), *evaluations[:-1]]  # each grade stands below its text
        return [
            replace(grade, evaluation=text)
            for (grades, _rest), text in zip(texts, evaluations, strict=True)
            for grade in grades
        ]

    def _without_heads(self, lines: Sequence[str], known: Sequence[ImportedGrade]) -> list[ImportedGrade]:
        """Return the grades that stand at the end of their texts, or those of the header with their texts."""
        text = self._join(lines)
        pieces = re.split(rf"(?<=[.;])\s*({GRADE})\.?(?:\s+(?=[A-ZА-Я(])|$)", text)
        if len(pieces) > 1 and not pieces[-1]:  # each text has its grade at its end
            parts = [re.match(rf"(?:({LETTERS})\s*)?(.*)", words) for words in pieces[:-1:2]]
            return [ImportedGrade(_bare(mark), *m.groups()) for mark, m in zip(pieces[1::2], parts, strict=True) if m]
        if at_end := re.fullmatch(rf"(.*[^.;])\s({GRADE})\.?", text):
            return [ImportedGrade(_bare(at_end[2]), None, f"{at_end[1]}.")]
        if len(known) == 1:
            return [replace(known[0], evaluation=text or known[0].evaluation)]
        written = [line for line in lines if line]
        if len(written) != len(known) or not all(map(ends_sentence, written)):
            return list(known)  # nobody says which text belongs to which grade
        return [replace(grade, evaluation=part) for grade, part in zip(known, written, strict=True)]


def _is_line_of_header(entry: _Entry, rest: str) -> bool:
    """Return whether what follows "Paragraph 15" is only grades, in a header that has a line for each paragraph."""
    is_open = entry.label == "evaluation" and not re.search(r"[a-z]{5}", " ".join(entry.lines))
    return is_open and bool(re.fullmatch(rf"\s*{GRADE}(?:\s|[,;.]|and|\d|{GRADE}|{ONE_LETTER})*", rest))


def _bare(grade: str) -> str:
    return re.sub(r"\W", "", grade).translate(LATIN_LOOKALIKES)


def _recommends(phrases: Phrases, text: str) -> bool:
    return any(pattern.search(text) for pattern in phrases.recommends.values())


def _ends_title(before: str, line: str, width: int) -> bool:
    """Return whether a title ends before this line: the line begins a text, or the line before was not full."""
    is_short = line[0].isupper() and len(before) + len(line.split()[0]) + 1 < 0.72 * width
    return is_short or ends_sentence(before) or bool(_FIRST_OF_TEXT.match(line))


def _heads(line: str, head: re.Pattern[str]) -> tuple[list[ImportedGrade], str]:
    """Return the grades with which a line begins, each with its scope before or after it, and the rest of the line."""
    found: list[ImportedGrade] = []
    rest = line
    while match := head.match(rest):
        scope = re.sub(r"^\d+\s*", "", match["before"] or match["after"] or "")  # "15 (a)" under paragraph 15
        found.append(ImportedGrade(_bare(match["grade"]), one_line(scope) if scope else None, ""))
        end = match.end("grade") if match["before"] and match["after"] else match.end()
        rest = re.sub(r"^\s*[,;/]?\s*(?:(?:and|и)\s+)?(?=[\[(])|^\s*[:.–—-]?\s*", "", rest[end:], count=1)
    return found, rest.lstrip(" :.,;–—-") if found else rest


def _scope_below(grades: list[ImportedGrade], lines: list[str]) -> tuple[list[ImportedGrade], list[str]]:
    """Return the grades and their text, with the scope of a grade taken from the line below it.

    If several letters follow in the text of one grade, the grade is for all of it: then no letter is its scope.
    """
    last = grades[-1]
    others = [line for line in lines if re.match(rf"{LETTERS}\s+\w", line)]
    if last.scope == "(a)" and lines[0] and others:
        return [*grades[:-1], replace(last, scope=None)], [f"{last.scope} {lines[0]}", *lines[1:]]
    if last.scope or lines[0] or len(lines) < 2:
        return grades, lines
    below = re.match(rf"({LETTERS})\s*[:.–-]?\s*", lines[1])
    if not below or len(others) > 1:
        return grades, lines
    return [*grades[:-1], replace(last, scope=one_line(below[1]))], [lines[1][below.end() :], *lines[2:]]


def _header_grades(texts: Sequence[str], selected: Sequence[str]) -> dict[str, list[ImportedGrade]]:
    """Return number of a paragraph → the grades that the header of the section gives it.

    A grade without a number is for all paragraphs that were selected: no reply came.
    """
    found: dict[str, list[ImportedGrade]] = {}
    for text in texts:
        for match in _HEADER_GRADES.finditer(text):
            for written in _NUMBER.findall(match["numbers"]):
                number = one_line(written)
                plain = number if number in selected else number.split()[0].split("(")[0]
                found.setdefault(plain, []).extend(
                    _heads(f"{number[len(plain) :]} {match['grades']}".strip(), _HEAD)[0]
                )
        for match in _GRADES_FIRST.finditer(text) if re.match(rf"\W*{GRADE}\D{{0,20}}\d", text) else ():
            for number in _NUMBER.findall(match["numbers"]):
                found.setdefault(number, []).extend(_heads(match["grade"], _HEAD)[0])
        if not found and (
            alone := re.search(rf"{GRADE}|(?<=^Grade )[A-E][12]?\b|^[A-E][12]?(?=\s*(?:[:.–-]|$))", text[:60])
        ):
            words = re.sub(r"^\W*(?:(?:for|on) all (?:the )?paragraphs)?\W*", "", text[alone.end() :])
            found = {number: [ImportedGrade(_bare(alone[0]), None, words)] for number in selected}
    return found


def _observations(text: str) -> tuple[str | None, str | None]:
    """Return the symbol of the concluding observations, and when they were adopted."""
    found = [m for m in REFERENCE_SYMBOL.finditer(text) if re.search("/CO(?:AR)?/", m[0])]
    # those of some territories are themselves an addendum
    symbol = next((m for m in found if "Add." not in m[0]), found[0] if found and not found[0].start() else None)
    if not symbol:
        return None, None
    dates = find_dates(REFERENCE_SYMBOL.split(text[symbol.end() :])[0]) or find_dates(text[: symbol.start()])
    return symbol[0], max((date.text for date in dates), key=lambda text: len(text) == len("2014-03-25"), default=None)


def _selected(entries: Sequence[_Entry]) -> tuple[str, ...]:
    numbers: list[str] = []
    for entry in (entry for entry in entries if entry.label == "selected"):
        lines = [entry.lines[0] or (entry.lines[1] if len(entry.lines) > 1 else "")]
        lines += [line for line in entry.lines[1:] if re.fullmatch(r"[\d\s,;()a-z–&-]+\.?", line)]
        text = re.sub(r"\([^()]{5,}\)", " ", " ".join(dict.fromkeys(lines)))
        text = re.sub(
            r"\b(\d{1,3})\s*(?:–|-|to)\s*(\d{1,3})\b",
            lambda m: ", ".join(map(str, range(int(m[1]), int(m[2]) + 1))),
            text,
        )
        numbers += [one_line(number) for number in _NUMBER.findall(text)]
    return tuple(dict.fromkeys(numbers))


def _replies(text: str) -> list[ImportedReply]:
    """Return the replies in the value of a label. What is due, a reminder or a publication is no reply."""
    if _NOTHING.match(text):
        return []
    found: list[ImportedReply] = []
    symbols = list(REFERENCE_SYMBOL.finditer(text))
    without = REFERENCE_SYMBOL.sub(lambda symbol: "#" * len(symbol[0]), text)  # no date begins inside a symbol
    marks = [(m.start(), m.end(), m[0], "") for m in symbols]
    for d in find_dates(without):
        days = d.text.split("/") if re.search(r"\d{4}.*(?:and|,).*\d{4}", without[d.start : d.end]) else [d.text]
        marks += [(d.start, d.end, "", day) for day in days]  # two dates written in full are two replies
    ended = 0
    for place, end, symbol, date in sorted(marks):
        last = found[-1] if found else None
        if symbol and last and not last.symbol and not re.search(r";|\band\b|\bи\b", text[ended:place]):
            found[-1] = replace(last, symbol=symbol)
        elif symbol:
            found.append(ImportedReply(symbol, None))
        elif not _NOT_SENT.search(text[:place]):
            known = found.pop().symbol if last and not last.date else None
            found.append(ImportedReply(known, date))
        ended = end
    return found
