"""Read reports on follow-up to concluding observations: what was selected, what the State replied, how it was graded.

A report has a section for each State, in one of many layouts since 2013: a header with labels, then for each
paragraph the recommendation, the State's reply and the Committee's evaluation with its grades. What a report does
not say stays empty: nothing is guessed. Letters of rapporteurs may have words instead of grades: these are kept.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tracker.importing.documents import follow_up_lines, imported_document
from tracker.importing.documents.follow_up_lines import GRADE, LABELS, LETTERS, ONE_LETTER, PARAGRAPH_LINE, label_of
from tracker.importing.documents.imported_document import FollowUpSection, GradedParagraph, ImportedGrade, ImportedReply
from tracker.importing.documents.pasted_text_reader import (
    MAX_LINES,
    count_words,
    join_lines,
    separate_margins,
    without_glued_numbers,
)
from tracker.importing.documents.phrases import Phrases, guess_language, load_phrases
from tracker.importing.documents.reporting_dates import find_dates, read_due_date
from tracker.model.localized_text import one_line
from tracker.validation.state_party import SYMBOL, country_in

LONGEST_HEADER = 4_000
"""At most this many characters of a value in the header of a section are read. Values have at most a few hundred."""
_HEADER_GRADES = re.compile(
    rf"(?P<numbers>(?<![\w/.-])\d{{1,3}}(?:\s*{LETTERS})?(?:(?:\s*,\s*|\s+)(?:(?:and|и)\s+)?\d{{1,3}}(?:\s*{LETTERS})?)*)"
    rf"\s*[:–-]?\s*(?P<grades>{GRADE}(?:(?:,|;|/|and\b|и\b|\s)*(?:{LETTERS}\s*)?{GRADE}|\s*{LETTERS})*)"
)
_GRADES_FIRST = re.compile(
    rf"(?P<grade>{GRADE})\s*(?:for|on|:)?\s*(?:paragraphs? )?(?P<numbers>\d{{1,3}}(?:(?:, | and )+\d{{1,3}})*)"
)
_NUMBER = re.compile(rf"(?<![\w/.(])(\d{{1,3}}(?:\s*{LETTERS})?)(?![\w/])")
_plain_grade = follow_up_lines.without_brackets
_ONLY_GRADES = re.compile(rf"\s*{GRADE}(?:\s|[,;.]|and|\d|{GRADE}|{ONE_LETTER})*")
_HEAD = re.compile(
    rf"(?:(?i:(?:sub)?para(?:graph)?s?\.?|(?:под)?пункт\w*)\s+)?(?P<before>(?:\d{{1,3}}\s*)?{LETTERS}|(?:Article|Стать[ия]) \d+(?: \(\d+\))?)?\s*[:–-]?\s*(?P<grade>{GRADE})"
    rf"(?:\s*[:–-]?\s*(?:(?i:on|for|in respect of|as regards|with regard to|regarding|concerning|(?:sub)?para(?:graph)?s?\.?|parts?|items?|(?:под)?пункт\w*|по)\s+){{0,2}}(?P<after>(?:\d{{1,3}}\s*)?{LETTERS}))?"
)
_PLAIN_HEAD = re.compile(
    rf"(?:(?:Parts? )?(?P<before>{LETTERS})\s*[:–—-]?\s*)?(?P<grade>[A-EАВСЕ][12]?)"
    rf"(?:(?=\s*:?\s*{LETTERS}\s*(?:[:–—]|$))\s*:?\s*(?P<after>{LETTERS})|\s*[:–—]\s+|(?(before)\.\s+|(?!))|$)"
)
_NEXT_GRADE = re.compile(
    rf"(?<=[.;:?])\s+(?=(?:{LETTERS}\s*)?{GRADE}\s*(?:[:(]|{LETTERS}|[A-Z]))|(?<=;)\s+(?=(?:{LETTERS}\s*)?{GRADE}\s)"
)
_SUBJECT = r"\s*[:–-]?\s*(?P<about>(?:on|for|in respect of|as regards|with regard to|regarding|concerning|по|о|об|в отношении)\s+[^\[\]().:;,]{2,120}?)"
_ABOUT = re.compile(rf"(?P<grade>{GRADE}){_SUBJECT}(?:[;,\s]|\band\b|\bи\b)*(?=[:.]?\s*$|[:.]\s|{GRADE})")
"""A grade and, in words, what it is for: "[A] on treatment; [E] on the register"."""
REFERENCE_SYMBOL = re.compile(r"(?<![\w/])(?:INT|E(?=/C)|[A-Z]{3,6})/[A-Z][\w.-]*(?:/[\w.-]*\w)+")
_NOT_SENT = re.compile(
    r"(?i)\b(?:remind\w*|due|deadline|expected|requested|extension|overdue|published|issued|напоминани\w*|срок\w*)\b"
    r"(?:(?!\breceived|\bполучен)[^;,])*$"
)
_OF_COMMITTEE = re.compile(
    r"(?i)(?:^|(?<=\()|(?<=[;.,] ))(?=[^;.(),]*\b(?:"
    r"(?:letters?|notes? verbale|communications?|requests?|analysis)(?: (?:was|were))?(?: (?:sent|dated|addressed|transmitted))*(?: [^;.,()]{0,40})? (?:by|from|of) (?:the )?(?:Human Rights )?(?:Committee|(?:Special )?Rapporteur|secretariat)"
    r"|(?:Committee|Rapporteur|secretariat)(?:'s|’s)? (?:letters?|notes?|requests?|reminders?|sent|wrote|requested|asked|met|transmitted)"
    r"|letters? (?:was |were )?(?:sent |addressed )?to the State|письм\w+ (?:комитета|докладчика|секретариата)|(?:комитет|докладчик)\w* направил"
    r")\b)[^;.(),]*"
)
"""A clause about what the Committee itself sent or asked. Its dates are none of the State's."""
_NO_COOPERATION = re.compile(
    r"(?i)\b(?:grade \[?D\b|\[?D\]? grade|\[D\])(?=.*\b(?:cooperat|no (?:reply|response|report)|(?:not|failure to|failed to) (?:\w+ )?(?:repl|respon|report|provide|submit|cooperat)))"
    r"|\b(?:no (?:reply|response|report|cooperation)|failure to cooperate|not cooperat\w+)\b.*(?:grade \[?D\b|\bD grade|\[D\])"
)
"""A line that gives the grade D to all States of a table, because they did not reply."""
_NOTHING = re.compile(
    r"(?i)\W*(?:none\b.*|no\b.*|see (?:above|below)\b.*|not (?:available|applicable|received)\b.*|n/a|nil|нет\b.*|отсутству\w+.*|не (?:получен|поступ).*|[-–—]*)\W*$"
)
_NO_REPLY = re.compile(
    r"(?i)\W*(?:none|no|nil|n\W?a|(?:there (?:is|was) )?no (?:reply|response|answer|information|report|data)\b[^.]{0,80}"
    r"|not (?:available|applicable|received|provided|submitted)\b[^.]{0,60}|see .{1,40}|нет|н/д"
    r"|(?:(?:ответ\w*|информаци\w+|сведени\w+) )?(?:не (?:получен|поступ|представлен)|нет (?:ответ|информаци|сведени|данны)|отсутству)\w*[^.]{0,60}"
    r"|жок|(?:жооп|маалымат) (?:жок|алынган жок|берилген эмес)|)\W*"
)
"""What stands in place of the State's reply if there is none. A reply that begins with "No" may be one."""
_NOT_REPRODUCED = re.compile(r"\bnot (?:been )?reproduced\b|\bomitted\b|\bword limits?\b|не воспроизв", re.I)
_NO_STATE = re.compile(
    r"(?i)(?:\W*\w+(?:[- ]\w+)? session\b.*|assessment .*|adopted .*|.*\bfollow-up\b.*|.*[.:;]|table\b.*|annex\b.*|part \w+)$"
)
_STATE_OF_TITLE = re.compile(
    r"(?:concluding observations(?: on|:)|заключительными замечаниями:|\bsession \([^)]+\)) (?:the )?([A-ZА-Я][\w’' ().,-]*?)\s*[*\[\]]*\d*$"
)
_REFLOWED = re.compile(rf"(?:{LABELS['observations']})\b.{{0,80}}/CO/.{{0,120}}?(?:{LABELS['selected']})\s*:", re.I)
"""The header of a State's section, in a text that has lost its own line breaks."""
_MAY_BE_REPORT = re.compile(r"\bfollow-up|\bCOBs?\b|последующ", re.I)
_SESSION = re.compile(r"\W*[\w-]+(?: [\w-]+)? session\b", re.I)
_ADOPTED_AT = re.compile(
    r"(?:adopted by the Committee at its|(?:принят|утвержд[её]н)\w* Комитетом на (?:его|своей))"
    r" ((?:[\w-]+ ){1,4}(?:session|сессии)) \(([^)]+)\)",
    re.I,
)
_RANGE = re.compile(r"\b(\d{1,3})\s*(?:–|-|to)\s*(\d{1,3})\b")
_FIRST_OF_TEXT = re.compile(
    r"[\[“\"«]|\([a-zа-я]\)|(?:The|It|In|While|As|Bearing|With|States?|Measures|Recalling|Furthermore|Ensure|Take|Государств\w+|Комитет\w*)\b"
)


def read_follow_up_reports(lines: Sequence[str], *, is_paged: bool = False) -> tuple[FollowUpSection, ...]:
    """Return the section of each State, in order; () for other documents. With `is_paged`, page margins are removed first."""
    cleaned = follow_up_lines.clean_lines(lines)
    if not any(_MAY_BE_REPORT.search(line) for line in cleaned[:MAX_LINES]):
        return ()
    paired = follow_up_lines.join_labelled_lines(cleaned[:MAX_LINES])
    margins = separate_margins(paired, is_repeated_text=follow_up_lines.begins_labelled_text) if is_paged else None
    kept = [without_glued_numbers(line) for line in (margins[0] if margins else paired) if line.strip()]
    starts = [at for at in range(len(kept)) if _is_section_start(kept, at)]
    whole = " ".join(line for line in cleaned if line != "\f")
    if len(cleaned) > 1 and sum(1 for _header in _REFLOWED.finditer(whole)) > len(starts):
        return read_follow_up_reports([whole])
    if not starts:
        symbol = _report_symbol(cleaned, " ".join(kept[:40]))
        return tuple(replace(section, symbol=symbol) for section in _states_without_reply(kept))
    adopted = _ADOPTED_AT.search(" ".join([*kept, *(margins[2] if margins else ())]))
    reader = _Reader(kept)
    headings = [_state_above(kept, start) for start in starts]
    ends = [*(first for _state, first in headings[1:]), len(kept)]
    front = kept[: starts[0]]
    titles = filter(None, map(_STATE_OF_TITLE.search, (*reversed(front), " ".join(front[-40:]))))
    titled = next((title[1] for title in titles), None) if len(starts) == 1 else None
    dates = next((found.text for found in find_dates(adopted[2])), None) if adopted else None
    return tuple(
        replace(
            reader.read_section(kept[start:end], dates),
            symbol=_report_symbol(cleaned, " ".join(front)),
            state=state or titled,
            session=adopted[1] if adopted else "",
            session_dates=dates,
        )
        for start, end, (state, _first) in zip(starts, ends, headings, strict=True)
    )


def read_graded_letter(lines: Sequence[str], selected: str) -> FollowUpSection:
    """Return the section that a letter is, whose lines have grades in brackets. `selected` are its paragraphs, as written."""
    return _Reader(lines).read_section([f"Follow-up paragraphs: {selected}", *lines])


def _states_without_reply(lines: Sequence[str]) -> Iterator[FollowUpSection]:
    """Yield a section with the grade D for each State of a report that is only a table of States without a reply."""
    told = next((line for line in lines if _NO_COOPERATION.search(line)), None)
    if told is None:
        return
    rows = [at for at, line in enumerate(lines) if SYMBOL.search(line)]
    for at, end in pairwise([*rows, len(lines)]):
        symbol = SYMBOL.search(lines[at])
        above = [lines[at][: symbol.start()] if symbol else "", *reversed(lines[max(0, at - 3) : at])]
        state = next((name for line in above if (name := country_in(re.sub(r"[*\d]+$", "", line.strip(" |,:"))))), None)
        if symbol and state:
            _observed, adopted = _observations(" ".join(lines[at : min(end, at + 2)]))
            grade = ImportedGrade("D", None, told)
            graded = (GradedParagraph("", grades=(grade,)),)
            yield FollowUpSection(None, state, symbol[0], adopted=adopted, paragraphs=graded)


def _is_section_start(lines: Sequence[str], at: int) -> bool:
    """Return whether the section of a State begins at this line: with the label of its concluding observations."""
    if not (found := label_of(lines[at])) or found[0] != "observations":
        return False
    after = [label[0] for line in lines[at + 1 : at + 25] if (label := label_of(line))]
    own = after[: after.index("observations")] if "observations" in after else after
    return "selected" in own[:6] or "evaluation" in own[:6]


def _report_symbol(lines: Sequence[str], front: str) -> str | None:
    """Return the symbol of the report, or None."""
    symbol = follow_up_lines.REPORT_SYMBOL
    alone = [found[0] for line in lines if (found := symbol.search(line)) and len(line) - len(found[0]) < 25]
    if alone:
        return Counter(alone).most_common(1)[0][0]
    is_reference = re.compile(r"\b(?:see|in|document)\W+$", re.I)
    others = (m for m in symbol.finditer(front) if not is_reference.search(front[: m.start()]))
    return next((found[0] for found in others), None)


def _state_above(lines: Sequence[str], start: int) -> tuple[str | None, int]:
    """Return (name of the State or None, index of the line where its heading begins) for the section that starts at `start`."""
    first = start
    for at in range(start - 1, max(-1, start - 7), -1):
        if (label := label_of(lines[at])) and label[0] == "state" and label[1].end() < len(lines[at]):
            return re.split(r" (?=[A-Z]\w+:)", lines[at][label[1].end() :])[0].strip(" *."), at
    for at in range(start - 1, max(-1, start - 4), -1):
        name = re.sub(r"^(?:[A-Z]|\d{1,2}|[IVX]+)\.\s+|\*+$|(?<=\))\d{1,2}$", "", lines[at]).strip()
        is_label = label_of(name) is not None
        if _SESSION.match(name) or (re.match(r"[A-Z][\w ]+:\s", name) and not is_label):  # "Report: third periodic"
            first = at
            continue
        is_plain = ": " not in name and "Committee" not in name and not _NO_STATE.fullmatch(name)
        if not is_plain or is_label or not name[:1].isupper() or len(name) >= 70:
            break
        return name, at - 1 if at and _SESSION.match(lines[at - 1]) else at
    return None, first


@dataclass(slots=True)
class _Entry:
    """A text and its label. `number` is the number of its paragraph, or "". `note` is the text in brackets after the label."""

    label: str
    number: str
    lines: list[str]
    note: str


class _Reader:
    """Reads the sections of one report. The words of the report show which hyphens at line ends belong to a word."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._phrases: Phrases = load_phrases(guess_language(" ".join(lines)))
        self._words = count_words(lines)
        self._unread: list[str] = []

    def _join(self, lines: Sequence[str]) -> str:
        kept = [line for line in lines if line]
        return join_lines(kept, self._words, self._phrases).strip() if kept else ""

    def read_section(self, lines: Sequence[str], dated: str | None = None) -> FollowUpSection:
        """Return the section of one State, in a report of the date `dated`. State, symbol and session stay empty: they stand outside it."""
        lines, self._unread = follow_up_lines.without_rows(lines)
        entries = self._entries(lines)
        header = [entry for entry in entries if not entry.number]
        texts = {label: [self._join(entry.lines) for entry in header if entry.label == label] for label in LABELS}
        everything = " ".join(self._join(entry.lines) for entry in header)
        inside = [entry.note for entry in header if entry.label == "observations" and "/CO" in entry.note]
        observations, adopted = _observations(" ".join([*texts["observations"], *inside]) or everything)
        selected = _selected(header)
        graded = _header_grades("".join(texts["evaluation"][-1:])[:LONGEST_HEADER], selected)
        numbers = list(dict.fromkeys(entry.number for entry in entries if entry.number))
        missing = [number for number in selected if number not in numbers and number in graded]
        of = {number: [entry for entry in entries if entry.number == number] for number in numbers}
        paragraphs = [self._paragraph(of[n], graded.get(n) or graded.get(n.split()[0]) or ()) for n in numbers]
        paragraphs += [GradedParagraph(number, grades=tuple(graded[number])) for number in missing]
        above = [line for entry in header if entry.label == "evaluation" for line in entry.lines]
        self._unread += follow_up_lines.bare_grades(above[1:])
        if missing:  # their texts may stand in the header, too
            read = {grade.grade for paragraph in paragraphs for grade in paragraph.grades}
            self._unread += follow_up_lines.lost_grades(above, read)
        order = {name: place for place, number in enumerate(selected) for name in (number, number.split()[0])}
        paragraphs.sort(key=lambda paragraph: order.get(paragraph.number, len(order)))
        actions = [e for e in entries if e.label == "action" and not _NOTHING.fullmatch(" ".join(e.lines))]
        after = dated or adopted
        next_report = (day for e in entries if e.label == "next" and (day := read_due_date(e.lines, after)))
        return FollowUpSection(
            concluding_observations=observations,
            adopted=adopted,
            follow_up_paragraphs=selected,
            replies=tuple(reply for text in texts["reply"] for reply in _replies(text[:LONGEST_HEADER])),
            ngo_information=" ".join(text for text in texts["ngo"] if not _NOTHING.match(text)),
            has_ngo_heading=any(entry.label == "ngo" for entry in entries),
            paragraphs=tuple(paragraphs),
            recommended_action=self._join([x for e in actions for x in e.lines]),
            next_report=next(next_report, None),
            unread=tuple(self._unread),
        )

    def _entries(self, lines: Sequence[str]) -> list[_Entry]:
        """Return the labelled texts of a section, in order. A text for several paragraphs comes once for each."""
        entries: list[_Entry] = []
        number = ""
        selected: tuple[str, ...] = ()
        for line in lines:
            paragraph, label = PARAGRAPH_LINE.match(line), label_of(line)
            if paragraph and (not selected or paragraph["number"].split()[0].strip(",") in " ".join(selected).split()):
                rest = line[paragraph.end() :]
                last = entries[-1] if entries and not number and _ONLY_GRADES.fullmatch(rest) else None
                if last and last.label == "evaluation" and not re.search(r"[a-z]{5}", " ".join(last.lines)):
                    # in a header that has a line for each paragraph
                    last.lines.append(f"{paragraph['number']} {rest},")
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
        """Return a paragraph, made of its labelled texts. `known` are its grades in the header of the section."""

        def lines(*labels: str) -> list[str]:
            return [line for label in labels for entry in entries if entry.label == label for line in entry.lines]

        opening = [entry for entry in entries if entry.label in ("paragraph", "recommendation")]
        if own := re.match(rf"((?:\s*{GRADE}(?:\s*{LETTERS})?)+)\s*[:.–-]?\s*", opening[0].lines[0]):
            opening[0].lines[0] = opening[0].lines[0][own.end() :]
            known, _rest = _leading_grades(own[1].strip(), _HEAD)
            words = self._join(opening[0].lines)
            if len({each.label for each in entries}) == 1 and (
                not _has_recommending_words(self._phrases, words) or words.startswith(("The Committee", "Комитет"))
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
        ngos, words_of_state = self._join(lines("ngo")), self._join(reply)
        grades = self._grades(evaluation, known)
        lost = follow_up_lines.lost_grades(evaluation, {grade.grade for grade in grades})
        self._unread += [f"{entries[0].number}: {grade}" for grade in lost]
        return GradedParagraph(
            number=entries[0].number,
            title=title,
            recommendation=recommendation,
            reply="" if _NO_REPLY.fullmatch(words_of_state) else words_of_state,
            ngo_information="" if _NOTHING.fullmatch(ngos) else ngos,
            grades=tuple(grades),
        )

    def _recommendation(self, opening: Sequence[_Entry]) -> tuple[str, str]:
        """Return (title, recommendation) of a paragraph; each is "" if the report does not have it."""
        lines = [line for entry in opening for line in entry.lines if line]
        title = next((entry.note for entry in opening if entry.note), "")
        if labelled := [line for entry in opening if entry.label == "recommendation" for line in entry.lines]:
            above = self._join([line for entry in opening if entry.label == "paragraph" for line in entry.lines])
            return title or above.strip(" .:"), self._join(labelled)
        if not title and lines:
            width = max(map(len, lines))
            # a title ends before the beginning of a text, or after a line that was not full
            ends = (
                at
                for at, (before, line) in enumerate(pairwise(lines), 1)
                if (line[0].isupper() and len(before) + len(line.split()[0]) + 1 < 0.72 * width)
                or imported_document.ends_sentence(before)
                or _FIRST_OF_TEXT.match(line)
            )
            end = next(ends, len(lines))
            first = self._join(lines[:end])
            is_text = first.endswith((".", ";")) and (len(first) > 80 or _FIRST_OF_TEXT.match(first))
            is_text = is_text or len(first) >= 250 or first.startswith(("“", '"', "«", "("))
            if not is_text and not _has_recommending_words(self._phrases, first):
                title, lines = first.rstrip(" .:"), lines[end:]
        text = re.sub(r"^\W*(?:\.\.\.|…)\W*\s", "", self._join(lines))
        inside = re.match(rf"([A-ZА-Я][^.:;()]{{3,90}})[.:]\s+(?={_FIRST_OF_TEXT.pattern})", text)
        if not title and inside and not _has_recommending_words(self._phrases, inside[1]):
            title, text = inside[1], text[inside.end() :]
        if _NOT_REPRODUCED.search(title):
            title = ""
        return title, "" if len(text) < 300 and _NOT_REPRODUCED.search(text) else text

    def _grades(self, lines: Sequence[str], known: Sequence[ImportedGrade]) -> list[ImportedGrade]:
        """Return the grades of an evaluation, in order, each with its text."""
        split: list[str] = []
        for piece in (piece for line in lines if line for piece in _NEXT_GRADE.split(line)):
            before = split[-1] if split else ""
            if before.endswith(";") and (_ABOUT.match(before) or not _leading_grades(before, _HEAD)[1].strip(" ;")):
                piece = f"{split.pop()} {piece}"  # several grades for one text
            split.append(piece)
        head = _HEAD if any(_HEAD.match(line) for line in split) else _PLAIN_HEAD
        loose: list[str] = []
        groups: list[tuple[list[ImportedGrade], list[str]]] = []
        for line in split:
            grades, rest = _leading_grades(line, head)
            if grades and groups and not any(groups[-1][1]):
                groups[-1] = ([*groups[-1][0], *grades], [rest])  # grades one below the other, above one text
            elif grades:
                above = groups[-1][1] if groups else loose
                if above and re.fullmatch(rf"{LETTERS}\W*", above[-1]) and not grades[0].scope:
                    grades[0] = replace(grades[0], scope=one_line(above.pop().rstrip(" :")))
                groups.append((grades, [rest]))
            else:
                (groups[-1][1] if groups else loose).append(line)
        if not groups:
            return self._without_leading_grades(loose, known)
        texts = [_scope_below(*group) for group in groups]
        if all(graded[-1].scope for graded, _lines in texts):
            self._unread += (closing := follow_up_lines.closing_of_parts([rest for _graded, rest in texts]))
            texts[-1] = (texts[-1][0], texts[-1][1][: len(texts[-1][1]) - len(closing)])
        evaluations = [self._join(rest) for _grades, rest in texts]
        if loose and not evaluations[-1] and len(self._join(loose)) > 60:
            evaluations = [self._join(loose), *evaluations[:-1]]  # each grade stands below its text
        graded = zip(texts, evaluations, strict=True)
        return [replace(grade, evaluation=text) for (grades, _rest), text in graded for grade in grades]

    def _without_leading_grades(self, lines: Sequence[str], known: Sequence[ImportedGrade]) -> list[ImportedGrade]:
        """Return the grades of an evaluation in which no line begins with a grade."""
        text = self._join(lines)
        pieces = re.split(rf"(?<=[.;])\s*({GRADE})\.?(?:\s+(?=[A-ZА-Я(])|$)", text)
        if len(pieces) > 1 and not pieces[-1]:  # each text has its grade at its end
            parts = [re.match(rf"(?:({LETTERS})\s*)?(.*)", words) for words in pieces[:-1:2]]
            return [
                ImportedGrade(_plain_grade(mark), *m.groups()) for mark, m in zip(pieces[1::2], parts, strict=True) if m
            ]
        if at_end := re.fullmatch(rf"(.*[^.;])\s({GRADE})\.?", text):
            return [ImportedGrade(_plain_grade(at_end[2]), None, at_end[1])]
        if len(known) == 1:
            return [replace(known[0], evaluation=text or known[0].evaluation)]
        written = [line for line in lines if line]
        if len(written) != len(known) or not all(map(imported_document.ends_sentence, written)):
            return list(known)  # nobody says which text belongs to which grade
        return [replace(grade, evaluation=part) for grade, part in zip(known, written, strict=True)]


def _has_recommending_words(phrases: Phrases, text: str) -> bool:
    return any(pattern.search(text) for pattern in phrases.recommends.values())


def _leading_grades(line: str, head: re.Pattern[str]) -> tuple[list[ImportedGrade], str]:
    """Return (grades with which a line begins, rest of the line). Each grade has its scope, but no evaluation yet."""
    found: list[ImportedGrade] = []
    rest = line
    while len(re.findall(GRADE, line)) > 1 and (about := _ABOUT.match(rest)):
        found.append(ImportedGrade(_plain_grade(about["grade"]), about["about"], ""))
        rest = rest[about.end() :]
    while match := head.match(rest):
        scope = re.sub(r"^\d+\s*", "", match["before"] or match["after"] or "")  # "15 (a)" under paragraph 15
        found.append(ImportedGrade(_plain_grade(match["grade"]), one_line(scope) if scope else None, ""))
        end = match.end("grade") if match["before"] and match["after"] else match.end()
        rest = re.sub(r"^\s*[,;/]?\s*(?:(?:and|и)\s+)?(?=[\[(])|^\s*[:.–—-]?\s*", "", rest[end:], count=1)
    return found, rest.lstrip(" :.,;–—-") if found else rest


def _scope_below(grades: list[ImportedGrade], lines: list[str]) -> tuple[list[ImportedGrade], list[str]]:
    """Return (grades, lines of their text). If the last grade has no scope, it gets the letter in the line below it."""
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


def _header_grades(text: str, selected: Sequence[str]) -> dict[str, list[ImportedGrade]]:
    """Return a mapping: number of a paragraph → its grades in `text`, which is the evaluation in the header of the section."""
    found: defaultdict[str, list[ImportedGrade]] = defaultdict(list)
    text = re.sub(rf"(?<=\])(?!\s+\w+ paragraphs?\b){_SUBJECT}(?=[;,]?(?: and| и)?\s*{GRADE})", "", text)
    for match in _HEADER_GRADES.finditer(text):
        numbers = [*map(one_line, _NUMBER.findall(match["numbers"]))]
        # "25 25 (a) [B]": the first is the number of the paragraph, above its part
        for number in (
            one for one, after in zip(numbers, [*numbers[1:], ""], strict=True) if one != after.split(" ")[0]
        ):
            plain = number if number in selected else number.split()[0].split("(")[0]
            found[plain] += _leading_grades(f"{number[len(plain) :]} {match['grades']}".strip(), _HEAD)[0]
    for match in _GRADES_FIRST.finditer(text) if re.match(rf"\W*{GRADE}\D{{0,20}}\d", text) else ():
        for number in _NUMBER.findall(match["numbers"]):
            found[number] += _leading_grades(match["grade"], _HEAD)[0]
    alone = re.search(rf"{GRADE}|(?<=^Grade )[A-E][12]?\b|^[A-E][12]?(?=\s*(?:[:.–-]|$))", text[:60])
    if alone and not found:
        words = re.sub(r"^\W*(?:(?:for|on) all (?:the )?paragraphs)?\W*", "", text[alone.end() :])
        found |= {number: [ImportedGrade(_plain_grade(alone[0]), None, words)] for number in selected}
    return found


def _observations(text: str) -> tuple[str | None, str | None]:
    """Return (symbol of the concluding observations, partial date of adoption). Each is None if not found."""
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
        for day in reversed([*find_dates(text)]):
            text = f"{text[: day.start]} {text[day.end :]}"
        text = _RANGE.sub(lambda m: ", ".join(map(str, range(int(m[1]), int(m[2]) + 1))), text)
        numbers += [one_line(number) for number in _NUMBER.findall(text)]
    return tuple(dict.fromkeys(numbers))


def _replies(text: str) -> list[ImportedReply]:
    """Return the replies of the State in `text`, which is the value of a label, in order."""
    if _NOTHING.match(text):
        return []
    text = _OF_COMMITTEE.sub(lambda clause: "#" * len(clause[0]), text)
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
