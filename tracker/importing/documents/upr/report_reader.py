"""Read a report of the Working Group on the Universal Periodic Review: each recommendation of its section "Conclusions".

Recommendations stand in lists below numbered paragraphs. The opening of the paragraph gives the State's position, or a
later paragraph does. Lists are numbered "76.1", "76.2", or begin at 1 again under each paragraph. What is missing or
unclear is told in `problems`: nothing is guessed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tracker.importing.documents.imported_document import ImportNotice, UprDocument, UprRecommendation
from tracker.importing.documents.pasted_text_reader import count_words, join_lines
from tracker.importing.documents.phrases import Phrases, guess_language, load_phrases
from tracker.importing.documents.reporting_dates import find_dates
from tracker.importing.documents.upr.page_lines import ReportLine
from tracker.importing.documents.upr.phrases import clauses, phrase, position_in, positions_in
from tracker.importing.recommending_states import (
    find_state_brackets,
    states_in,
    unknown_bracket_at_end,
)
from tracker.model.labels import N_
from tracker.model.vocabulary import StateResponse

_SYMBOL = re.compile(r"A\s?/\s?HRC/(?:\d{1,3}/\d{1,3}|WG\.6/\d{1,3}/L\.\d{1,3})(?:/Add\.\d+)?(?:/Rev\.\d+)?(?![\d/])")
_DOTTED = re.compile(r"(\d{1,3})\s?\.\s?(\d{1,3})(?!\d)\s*[.):]*\s*[.]?(?=[^\W\d_]|[“\"«(‘’\[]|$)")
_PLAIN = re.compile(
    r"(?P<number>\(?(?P<n>\d{1,3})(?P<mark>[.)]{0,2}))(?:\s+(?=[^\W\d_]|[“\"«(‘\[]|\d)|(?<=[.)])(?=[A-ZА-Я])|\s*$)"
)
_LETTER = re.compile(r"(?P<number>\(?(?P<n>[a-z])\))\s+(?=\S)")
_LOST_BREAK = re.compile(r"(?:(?<=[;.:)\]*])\s+|(?<=[;)]))(?=\d{1,3}\.\d{1,3}\.?\s+[^\W\d_a-zа-я])")
_ENDED = re.compile(r"(?:[;.:)\]*”\"’]|[;,]\s*(?:and|et|y|и))\s*\d{0,2}$")
_DUE_WORDS = 260
_FIRST_LINES = 4
"""A number in one of the first lines of the section is that of its first paragraph, whatever it is about."""
_OPENING = 700
"""Characters. The opening of a paragraph is at most so long."""
_CONTENTS = re.compile(r"\.{4,}|\s\d+\s?[–-]\s?\d+\s+\d+\s*$")
_GAP = N_("After {before} the number {missing} is missing ({place}).")
_TWICE = N_("The number {number} is printed twice ({place}).")
_STRANGE_NUMBER = N_("The number {number} is printed in the list of paragraph {paragraph} ({place}).")
_NO_STATE = N_("No recommending State is read at {number} ({place}): “…{words}”")
_NOT_A_STATE = N_("{number}: “{words}” is not known as a State; check it ({place}).")
_NO_POSITION = N_(
    "The position of the State on the recommendations of paragraph {number} is not understood: “{words}…”"
)
UNCLEAR = N_("What the State answers to {number} is not understood ({place}): “{words}”")
_CUT = N_("The end of the list is missing: the report seems to be cut off after {number} ({place}).")
_ELSEWHERE = N_("Paragraph {number} names recommendations that stand in other paragraphs of the report: {words}")
_NO_LIST = N_("No list of recommendations was found in this report. Check that the file is complete.")
_NO_SYMBOL = N_("The file does not show the symbol of the report.")
_NO_DATES = N_("The dates of the review and of the adoption are not found in the introduction.")
_BY_NUMBER = re.compile(r"(?i)\bNos?\b\.?|\bnumbers?\b|\bmarked\b|\brecommendations? (?=\d)|№")
_BODY_PARAGRAPHS = re.compile(r"(?i)\bparagraphs?\s*:?\s*(\d{1,3})(?!\.\d)")
"""A reference to another paragraph of the report."""
_LISTS = re.compile(
    r"(?i)recommendations?\b.*\b(?:listed|below|following)\b|\bfollowing recommendations|ci-après|siguientes|continuación|ниже|следующ"
)
MAX_PROBLEMS = 60
DASH = r"\s*(?:-|–|—|−|\b(?:to|à|al?|по)\b)\s*"
"""The sign or word inside a range of numbers."""
LONGEST_RANGE = 400
"""A range such as "122.17-19" has fewer numbers than this."""


@dataclass(slots=True)
class _Item:
    """A numbered entry below a paragraph. `n` is its number, or that of its letter."""

    number: str
    n: int
    lines: list[ReportLine]


@dataclass(slots=True)
class _Paragraph:
    number: int
    lines: list[ReportLine]
    items: list[_Item] = field(default_factory=list)
    is_dotted: bool | None = None
    is_closing: bool = False

    @property
    def opening(self) -> str:
        return " ".join(line.text for line in self.lines)[:_OPENING]


def read_report(lines: Sequence[ReportLine], front: str) -> UprDocument:
    """Return the report. `front` is the text of the first pages, with the margins of all pages: the symbol is there."""
    language = guess_language(" ".join(line.text for line in lines[:400]))
    reader = _Reader(lines, load_phrases(language))
    document = read_front(UprDocument("report", language=language), lines, front)
    start, end, is_cut = _section(lines)
    paragraphs = list(_paragraphs([*_with_lost_breaks(lines[start:end])]))
    problems = list(document.problems)
    recommendations = reader.recommendations(paragraphs, problems)
    if not recommendations:
        problems.append(ImportNotice(_NO_LIST))
    elif is_cut:
        where = lines[end - 1].place
        problems.append(ImportNotice(_CUT, (("number", recommendations[-1].number), ("place", where))))
    opening = next((p.opening for p in paragraphs if position_in(p.opening) is StateResponse.TO_BE_EXAMINED), "")
    due = phrase("due").search(opening)
    return replace(
        document,
        recommendations=tuple(recommendations),
        answers_due=next(filter(None, due.groups()), "")[:_DUE_WORDS].strip() if due else "",
        problems=tuple(problems[:MAX_PROBLEMS]),
    )


def read_front(document: UprDocument, lines: Sequence[ReportLine], front: str) -> UprDocument:
    """Return the document with symbol, State, session and dates; what is not found is told in its problems."""
    symbols = Counter(re.sub(r"\s", "", found[0]) for found in _SYMBOL.finditer(front))
    own = [symbol for symbol, _n in symbols.most_common() if "/Add." in symbol or document.kind == "report"]
    best = next((one for one in own if "WG.6" not in one), next(iter(own), None))
    opening = re.sub(r"\s+", " ", " ".join(line.text for line in lines[:400]))
    review, adopted, session = (phrase(name).search(opening) for name in ("review", "adopted", "session"))
    found = [group for group in review.groups() if group] if review else []
    dates = find_dates(found[1]) if len(found) > 1 else []
    title = _state_of_title(lines)
    document = replace(
        document,
        symbol=best,
        state=title or (re.sub(r"^(?:the|la|le|el|les)\s+", "", found[0]) if found else ""),
        reviewed=dates[0].text if dates else None,
        adopted=next((one.text for one in find_dates(adopted[1])), None) if adopted else None,
        session=next(filter(None, session.groups()), "") if session else "",
    )
    problems = [ImportNotice(_NO_SYMBOL)] if not best else []
    if document.kind == "report" and not (document.reviewed and document.adopted):
        problems.append(ImportNotice(_NO_DATES))
    return replace(document, problems=tuple(problems))


def _state_of_title(lines: Sequence[ReportLine]) -> str:
    """Return the State below the title of the document, or ""."""
    for at, line in enumerate(lines[:60]):
        whole = " ".join(one.text for one in lines[at : at + 3])
        title = phrase("kinds.report").search(whole)
        if title and title.start() < len(line.text):
            rest = [one.text for one in lines[at : at + 6]]
            after = " ".join(rest)[title.end() :].lstrip(" *∗†").strip()
            name = re.match(
                r"[A-ZÀ-ÞА-Я].{1,70}?(?=\s*[*∗\d]|\s+(?:\*|Contents|Addendum|Introduction|CONTENTS|Note|Additif|Adición)|$)",
                after,
            )
            names = [text.strip(" *∗") for text in rest if text.strip(" *∗") and after.startswith(text.strip(" *∗"))]
            return re.sub(r"\s*\(including .*$", "", (names or [name[0].strip() if name else ""])[0])
    return ""


def _section(lines: Sequence[ReportLine]) -> tuple[int, int, bool]:
    """Return (first line, line after the last, whether the end is missing) of the section with the recommendations."""
    heads = [
        at
        for at, line in enumerate(lines)
        if phrase("section").fullmatch(line.text.strip(" *∗")) and not _CONTENTS.search(line.text)
    ]
    start = heads[-1] + 1 if heads else 0
    for at in range(start, len(lines)):
        if (
            heads
            and re.match(r"\d{1,3}\s*\.", lines[at].text)
            and phrase("closing").match(re.sub(r"^\d+\s*\.\s*", "", lines[at].text))
        ):
            return start, at + 1, False
        if heads and phrase("after_section").fullmatch(lines[at].text.strip()):
            return start, at, False
    found = next((at for at, line in enumerate(lines) if phrase("closing").search(line.text)), None)
    return (start, found, False) if found is not None and found > start else (start, len(lines), bool(start))


def _with_lost_breaks(lines: Sequence[ReportLine]) -> Iterator[ReportLine]:
    for line in lines:
        yield from (replace(line, text=text) for text in _LOST_BREAK.split(line.text))


def _paragraphs(lines: Sequence[ReportLine]) -> Iterator[_Paragraph]:
    """Yield the numbered paragraphs of the section, each with the entries of its list."""
    now: _Paragraph | None = None
    for at, line in enumerate(lines):
        if lead := _lead(lines, at, now):
            if now:
                yield now
            number, rest = lead
            now = _Paragraph(number, [replace(line, text=rest)] if rest else [])
            now.is_closing = bool(phrase("closing").match(rest))
        elif now and (item := _item(line, now, lines[at - 1].text if at else "")):
            now.items.append(item)
        elif now:
            (now.items[-1].lines if now.items else now.lines).append(line)
    if now:
        yield now


def _lead(lines: Sequence[ReportLine], at: int, now: _Paragraph | None) -> tuple[int, str] | None:
    """Return (number, text after it) if a paragraph begins at this line, otherwise None."""
    found = re.match(r"(\d{1,3})\s?\.(?!\s?\d{1,3}\b(?!\s*\w{3})|\d)\s*(.*)", lines[at].text)
    if not found:
        return None
    number, rest = int(found[1]), found[2]
    following = [rest]
    for line in lines[at + 1 : at + 9]:
        if _DOTTED.match(line.text) or re.match(r"\d{1,3}\s?[.)]\s", line.text):
            break
        following.append(line.text)
    text = " ".join(following)
    is_about = phrase("recommendations").search(text[:_OPENING]) is not None
    if phrase("closing").match(rest):
        return number, rest
    if now is None:
        return (number, rest) if is_about or at < _FIRST_LINES else None
    if not 0 < number - now.number < 4:
        return None
    if is_about and phrase("no_list").search(text):
        return number, rest
    last = now.items[-1] if now.items else None
    is_next_item = last is not None and not now.is_dotted and 0 < number - last.n < 3
    if is_next_item:
        # "98. Establish a process to follow up on recommendations (Norway);" is an entry of the list
        opens = re.search(r":\s*$", text) or (position_in(text) and not find_state_brackets(text[-90:]))
        return (number, rest) if is_about and position_in(text) and opens else None
    return number, rest


def _item(line: ReportLine, now: _Paragraph, before: str) -> _Item | None:
    """Return the entry that begins with this line, or None if the line belongs to the entry or opening before it."""
    last = now.items[-1] if now.items else None
    is_ended = not before or bool(_ENDED.search(before))
    dotted = _DOTTED.match(line.text)
    if dotted and now.is_dotted is not False:
        n, is_own = int(dotted[2]), int(dotted[1]) == now.number
        is_next = n == (last.n if last else 0) + 1
        # "84.93" between 82.92 and 82.94 is a mistake of the report
        if (is_own and (is_next or is_ended or not last)) or (is_next and is_ended and last):
            now.is_dotted = True
            return _Item(f"{dotted[1]}.{dotted[2]}", n, [replace(line, text=line.text[dotted.end() :])])
    if now.is_dotted:
        return None
    for pattern in (_PLAIN, _LETTER):
        found = pattern.match(line.text)
        if not found or (pattern is _LETTER and (last and not last.number.strip("()").isalpha())):
            continue
        if pattern is _PLAIN and last and last.number.strip("()").isalpha():
            continue
        n = int(found["n"]) if found["n"].isdigit() else ord(found["n"]) - 96
        is_next = n == (last.n if last else 0) + 1
        has_mark = pattern is _LETTER or bool(found["mark"])
        if (
            is_next
            and (
                is_ended or (has_mark and not re.search(r"\b(?:and|of|the|to|No\.?|article|paragraph|or|in)$", before))
            )
        ) and (has_mark or (last and is_ended)):
            now.is_dotted = False
        elif last and has_mark and is_ended and 1 < n - last.n < 6:
            pass
        else:
            continue
        return _Item(found["number"], n, [replace(line, text=line.text[found.end() :])])
    return None


class _Reader:
    """Makes recommendations of the entries of one report, whose words show which hyphens at line ends belong to a word."""

    def __init__(self, lines: Sequence[ReportLine], phrases: Phrases) -> None:
        self._phrases = phrases
        self._words = count_words(line.text for line in lines)

    def text_of(self, lines: Sequence[ReportLine]) -> str:
        """Return the lines as one text, without a space before punctuation."""
        texts = [line.text for line in lines if line.text]
        text = join_lines(texts, self._words, self._phrases) if texts else ""
        text = re.sub(r"\s+", " ", text).strip()
        return re.sub(r"(?<=\()\s+|\s+(?=[,;.)\]](?![.\d]))", "", text)

    def recommendations(
        self, paragraphs: Sequence[_Paragraph], problems: list[ImportNotice]
    ) -> list[UprRecommendation]:
        """Return the recommendations in order; what is missing or unclear is added to `problems`."""
        found: list[UprRecommendation] = []
        for paragraph in paragraphs:
            opening = self.text_of(paragraph.lines)
            is_about = phrase("recommendations").search(opening) is not None
            if paragraph.is_closing:
                continue
            texts = [self.text_of(item.lines) for item in paragraph.items]
            with_state = sum(bool(find_state_brackets(text)) for text in texts)
            has_comments = phrase("no_list").search(opening) is not None
            is_list = texts and 2 * with_state >= len(texts) - (len(texts) > 6 and is_about and not has_comments)
            is_announced = _LISTS.search(opening) and position_in(opening) and is_about and not has_comments
            if (
                texts
                and (is_list or is_announced)
                and 2 * sum(bool(phrase("answers").match(text)) for text in texts) <= len(texts)
            ):
                position = position_in(opening)
                of_list = self._of_list(paragraph, texts, position, opening=opening, problems=problems)
                # among the recommendations stand the State's comments
                found += (one for one in of_list if one.recommenders or not has_comments)
            elif is_about and not texts:
                self._later_position(paragraph, opening, found, problems=problems)
        for number, group in _by_paragraph(found):
            if any(one.position is None for one in group):
                words = next(self.text_of(p.lines) for p in paragraphs if str(p.number) == number)[:90]
                problems.append(ImportNotice(_NO_POSITION, (("number", number), ("words", words))))
        return found

    def _of_list(
        self,
        paragraph: _Paragraph,
        texts: Sequence[str],
        position: StateResponse | None,
        opening: str,
        problems: list[ImportNotice],
    ) -> Iterator[UprRecommendation]:
        before = 0
        seen: set[int] = set()
        for item, text in zip(paragraph.items, texts, strict=True):
            place = item.lines[0].place
            for missing in range(before + 1, item.n if item.n - before < 20 else before + 1):
                name = f"{paragraph.number}.{{}}".format if paragraph.is_dotted else str
                values = (("before", name(before)), ("missing", name(missing)), ("place", place))
                problems.append(ImportNotice(_GAP, values))
            if paragraph.is_dotted and not item.number.startswith(f"{paragraph.number}."):
                values = (("number", item.number), ("paragraph", str(paragraph.number)), ("place", place))
                problems.append(ImportNotice(_STRANGE_NUMBER, values))
            if item.n in seen:
                problems.append(ImportNotice(_TWICE, (("number", item.number), ("place", place))))
            seen.add(item.n)
            before = max(before, item.n)
            words = own_words(text, has_comments=phrase("no_list").search(opening) is not None)
            states = tuple(states_in(words))
            unknown = unknown_bracket_at_end(words)
            if (unknown or not states) and not phrase("no_list").search(opening):
                told = _NOT_A_STATE if unknown else _NO_STATE
                shown = unknown.states[0] if unknown else words[-60:]
                problems.append(
                    ImportNotice(told, (("number", item.number), ("words", shown), ("place", item.lines[-1].place)))
                )
            number = (
                item.number
                if paragraph.is_dotted or item.number.endswith(".") or "(" not in item.number
                else f"{paragraph.number} {item.number}"
            )
            yield UprRecommendation(
                number, str(paragraph.number), words, recommenders=states, position=position, position_words=opening
            )

    def _later_position(
        self, paragraph: _Paragraph, text: str, found: list[UprRecommendation], problems: list[ImportNotice]
    ) -> None:
        """Set the positions of recommendations in `found` that a paragraph without a list names."""
        parts = re.split(r"(?i),? and (?=the recommendations? )", text)
        if len(parts) > 1 or len(parts := clauses(text, lambda part: self._named(part, found))) > 1:
            for clause in parts:
                self._later_position(paragraph, clause, found, problems=problems)
            return
        position = position_in(text)
        named = self._named(text, found)
        body = [n for n in _BODY_PARAGRAPHS.findall(text) if n not in {one.paragraph for one in found}]
        if re.search(r"(?i)\bparts? of (?:the )?recommendation", text):
            return  # it says nothing of the whole
        if named and not position and positions_in(text):
            numbers = ", ".join(found[at].number for at in named)
            values = (("number", numbers), ("place", paragraph.lines[0].place), ("words", text[:300]))
            problems.append(ImportNotice(UNCLEAR, values))
            return
        if not named and body:
            problems.append(ImportNotice(_ELSEWHERE, (("number", str(paragraph.number)), ("words", text[:300]))))
            return
        is_above = re.search(r"(?i)\babove\b|\bthese\b|\blisted\b|\ball\b|ces |estas |эти|ответы|responses?\b", text)
        last = found[-1].paragraph if found else ""
        for at in named or [n for n, one in enumerate(found) if one.paragraph == last and is_above]:
            before = new = found[at].position
            is_now, is_done = phrase("being_implemented").search(text), phrase("implemented").search(text)
            # what stands in the opening holds, unless the paragraph names the recommendation and answers it
            if before is StateResponse.SUPPORTED and (is_now or is_done):
                new = StateResponse.IN_PROGRESS if is_now else StateResponse.IMPLEMENTED
            elif before is None or (named and position is not StateResponse.TO_BE_EXAMINED and not (is_now or is_done)):
                new = position or before
            if new != before:
                words = " ".join(filter(None, (found[at].position_words, text)))
                found[at] = replace(found[at], position=new, position_words=words)

    @staticmethod
    def _named(text: str, found: Sequence[UprRecommendation]) -> list[int]:
        """Return the places in `found` of the recommendations whose numbers the text names."""
        numbers = set(named_numbers(text))
        dotted = [at for at, one in enumerate(found) if one.key in numbers]
        if dotted or not found or not _BY_NUMBER.search(text):
            return dotted
        last = found[-1].paragraph
        bare = {number for number in numbers if "." not in number} - {last}
        in_list = [at for at, one in enumerate(found) if one.paragraph == last]
        return [at for at in in_list if re.sub(r"\D", "", found[at].key.rpartition(".")[2]) in bare]


def named_numbers(text: str) -> Iterator[str]:
    """Yield each number that a text names, also those inside a range: "122.17-19" is 122.17, 122.18 and 122.19."""
    plain = re.sub(r"(?<![\d.])(\d{1,3})\s*\.\s*(?=\d{1,3}(?!\d|\s?\.\s?\d))", r"\1.", text)
    for found in re.finditer(
        rf"(?<![\w/.])(?:(\d{{1,3}})\.)?(\d{{1,3}})(?:{DASH}(?:(\d{{1,3}})\.)?(\d{{1,3}}))?(?![\d/])",
        plain,
    ):
        is_range = found[4] and found[3] in (None, found[1]) and 0 < int(found[4]) - int(found[2]) < LONGEST_RANGE
        first, last = (found[1], int(found[2])), (found[3] or found[1], int(found[4] or found[2]))
        between = ((found[1], n) for n in range(first[1], last[1])) if is_range else (first,)
        for prefix, n in dict.fromkeys((*between, last)):
            yield f"{prefix}.{n}" if prefix else str(n)


def _by_paragraph(found: Sequence[UprRecommendation]) -> Iterator[tuple[str, list[UprRecommendation]]]:
    for number in dict.fromkeys(one.paragraph for one in found):
        yield number, [one for one in found if one.paragraph == number]


def own_words(text: str, *, has_comments: bool = False) -> str:
    """Return the text of an entry without the punctuation at its end, and without a State's comment below it."""
    brackets = find_state_brackets(text)
    if brackets and brackets[-1].end < len(text):
        tail = text[brackets[-1].end :]
        if phrase("response").match(tail) or (has_comments and re.match(r"\s*[.;]\s*[A-ZÀ-ÞА-Я]", tail)):
            text = text[: brackets[-1].end]
    return re.sub(r"(?:[\s;,*∗]|(?<=[)\]])\.|;\s*(?:and|et|y|и))+$", "", text)
