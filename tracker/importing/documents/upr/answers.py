"""Read an addendum with the State's answers: the position on each recommendation that it names, and nothing on the others.

Answers come as lists in a sentence ("accepts recommendations 122.1, 122.17-18"), below a heading ("Noted recommendations"),
one by one ("76.1 Accepted."), or as rows of a table.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.importing.documents.imported_document import ImportNotice, UprDocument, UprRecommendation
from tracker.importing.documents.pasted_text_reader import count_words, join_lines
from tracker.importing.documents.phrases import guess_language, load_phrases
from tracker.importing.documents.upr.page_lines import ReportLine
from tracker.importing.documents.upr.phrases import clauses, phrase, position_in, positions_in
from tracker.importing.documents.upr.report_reader import DASH, UNCLEAR, named_numbers, read_front
from tracker.importing.recommending_states import find_state_brackets
from tracker.model.labels import N_
from tracker.model.vocabulary import StateResponse

_NUMBER = rf"(?:\d{{1,3}}\s?\.\s?)?\d{{1,3}}(?:{DASH}(?:\d{{1,3}}\.)?\d{{1,3}})?"
_BETWEEN = r"\s*(?:[,;./&]|,?\s*\b(?:and|et|y|и)\b|\s)\s*(?:Nos?\.?\s*)?"
_DOTTED_LIST = re.compile(
    rf"(?<![\w/.,])\d{{1,3}}\s?\.\s?\d{{1,3}}(?:{DASH}(?:\d{{1,3}}\.)?\d{{1,3}})?(?:{_BETWEEN}(?!\d{{4}}){_NUMBER}(?![\w%/]))*(?![\w/])"
)
_BARE_LIST = re.compile(
    rf"(?i:recommendations?|recommandations?|recomendaci\w+|рекомендаци\w+|recs?\.?)(?:\s*,?\s*(?i:nos?\.?|numbers?|n°|núm\w*\.?|№)|[^.:;\d]{{0,60}}:)?\s*:?\s*(?P<list>\d{{1,3}}(?!\d)(?:{DASH}\d{{1,3}})?(?:{_BETWEEN}{_NUMBER}(?![\w%/]))*)"
)
_LABEL_START = re.compile(
    rf"(?:(?i:recommendations?|recommandations?|recs?\.?|recomendaci\w+|рекомендаци\w+)\s*(?i:nos?\.?|n°|№)?\s*)?(?P<labels>\d{{1,3}}\.\d{{1,3}}(?:{DASH}(?:\d{{1,3}}\.)?\d{{1,3}})?(?:(?:{_BETWEEN}){_NUMBER}(?![\w%/]))*)\s*[.:)–-]?(?:\s+|$)"
)
_REC_START = re.compile(
    rf"(?i:recommendations?|recommandations?|recs?\.?|recomendaci\w+|рекомендаци\w+)\s*(?i:nos?\.?|numbers?|n°|№)?\s*(?P<labels>\d{{1,3}}(?:{DASH}\d{{1,3}})?(?:{_BETWEEN}\d{{1,3}}(?![\w%/]))*)\s*[.:)–-]?(?:\s+|$)"
)
_PARAGRAPH_START = re.compile(
    r"(?P<n>\d{1,3})\s?\.\s+(?=[^\W\d_])|(?:[IVX]+|[A-Z])\.\s+(?=[A-Z])|[•·▪-]\s+|\([a-z]\)\s+"
)
_SHORT_ANSWER = re.compile(
    r"\W*(?:(?:this|the) recommendations? (?:is|are|has been|enjoys?) )?(?:(?:fully|partially|partly|not|already|in part|in principle|taken?|не|частично)\s+)*(?:accept(?:ed|s)?|support(?:ed|s)?|not(?:ed|es)|note of|reject(?:ed|s)?|enjoys? (?:the )?support|agreed?|implemented|acceptée?s?|appuyée?s?|notée?s?|rejetée?s?|aceptadas?|rechazadas?|принят[аоы]?|поддержан[аоы]?|отклонен[аоы]?)(?:\s*[/,;&]?\s*(?:and\s+)?(?:in part|partially|частично|noted|supported|accepted|implemented|(?:already |being |is being )?(?:implemented|under implementation)|in the process of (?:being )?implement\w+))*\W*",
    re.I,
)
_ABOUT_IT = re.compile(r"\b(?:it|them|this|these|those)\W*$", re.I)
"""The end of a sentence about recommendations that the sentence before it names."""
_MARK = re.compile(r"[xX✓✔●•√☑☒]")
_LONGEST_WORDS = 1_500
_SHORT = 90
"""Characters. A text so short beside its numbers says nothing but the position."""
_MIXED = N_("{number} is answered in two ways: “{first}” and “{second}”.")
_EXCEPTION = N_(
    "The addendum makes an exception: “{words}”. Check these recommendations, and set the positions that are missing yourself."
)
_NO_ANSWERS = N_("No answers with numbers of recommendations were found in this addendum.")


@dataclass(slots=True)
class _Block:
    """A paragraph, heading or entry of the addendum."""

    lines: list[ReportLine]
    labels: str = ""


def read_addendum(
    lines: Sequence[ReportLine], front: str, tables: Sequence[Sequence[Sequence[str]]] = ()
) -> UprDocument:
    """Return the positions that an addendum gives, in its order. `tables` are those of a .docx file."""
    language = guess_language(" ".join(line.text for line in lines[:400]))
    document = read_front(UprDocument("addendum", language=language), lines, front)
    words, phrases = count_words(line.text for line in lines), load_phrases(language)
    whole = "\n".join(line.text for line in lines)
    is_dotted = len(re.findall(r"(?<![\w./,])\d{1,3}\.\d{1,3}(?![\d%]| per| million| billion)", whole)) > 1
    answers = _Answers(is_dotted=is_dotted)
    for table in tables:
        answers.read_table(table)
    for block in _blocks(lines, is_dotted=is_dotted):
        text = join_lines([line.text for line in block.lines], words, phrases)
        answers.read_block(block, text)
    problems = [*document.problems, *answers.problems]
    if not answers.found:
        problems.append(ImportNotice(_NO_ANSWERS))
    return replace(document, recommendations=tuple(answers.found.values()), problems=tuple(problems[:60]))


def _blocks(lines: Sequence[ReportLine], *, is_dotted: bool) -> Iterator[_Block]:
    now = _Block([])
    for line in lines:
        before = now.lines[-1].text if now.lines else ""
        is_open = bool(
            re.search(
                r"(?:[,–-]|\b(?:and|of|the|to|Nos?\.|paras?\.?|recommendations?|paragraphs?|see|also|in))$",
                before,
                re.I,
            )
        )
        label = (_LABEL_START if is_dotted else _REC_START).match(line.text)
        if label and is_open and not _is_heading(before):
            label = None  # a list goes on, or "see recommendation" at the end of a line
        is_unfinished = before[-1:] in tuple(",–-") or (is_open and not _is_heading(before))
        starts = label or (_PARAGRAPH_START.match(line.text) and not is_unfinished)
        # a line that ends early and is followed by a capital is a heading
        is_heading = (
            not starts
            and line.text[:1].isupper()
            and before
            and len(before) < 90
            and before[-1:] not in ".,;:)-–"
            and _is_heading(before)
        )
        opens_list = not is_unfinished and re.match(r"[^\W\d_a-zа-я][^.:;\d]{2,60}:\s*(?:Nos?\.?\s*)?\d", line.text)
        if starts or opens_list or is_heading or (now.lines and _is_heading(line.text) and before[-1:] in ".;:"):
            if now.lines:
                yield now
            now = _Block([], label["labels"] if label else "")
        now.lines.append(line)
    if now.lines:
        yield now


def _is_heading(text: str) -> bool:
    """Return whether a line looks like the heading of a list: short, without a verb's sentence, and about recommendations."""
    is_short = len(text) < 110 and not text.rstrip().endswith((".", ",", ";"))
    return (
        is_short
        and bool(re.match(r"[^\W\d_]|[IVX]+\.", text))
        and bool(phrase("recommendations").search(text))
        and bool(positions_in(text))
    )


class _Answers:
    """Collects the answers of one addendum. `is_dotted`: its numbers are like "122.1", not "1"."""

    def __init__(self, *, is_dotted: bool) -> None:
        self.found: dict[str, UprRecommendation] = {}
        self.problems: list[ImportNotice] = []
        self._is_dotted = is_dotted
        self._context: tuple[StateResponse | None, str] = None, ""
        self._is_heading = False

    def read_block(self, block: _Block, text: str) -> None:
        """Read a paragraph, a heading, or an entry that begins with its numbers."""
        if block.labels:
            self._is_heading = False
            self._read_entry(block, text)
            return
        plain = re.sub(r"^(?:\d{1,3}|[IVX]+|[A-Z])\.\s+", "", text)
        place = block.lines[0].place
        sentences = self._without_exceptions(re.split(r"(?<=[.;])\s+(?=[A-ZÀ-ÞА-Я](?!\w{0,3}\.))", plain))
        plain = " ".join(sentences)
        listed = [sentence for sentence in sentences if self._lists(sentence)]
        is_about = bool(phrase("recommendations").search(plain))
        about = position_in(self._without_numbers(plain)) if is_about else None
        if not listed:
            is_list_opening = len(plain) < 400 and (_is_heading(plain) or re.search(r":\s*$|\bfollowing\b", plain))
            if is_about and positions_in(plain) and is_list_opening:
                self._context, self._is_heading = (about, plain), True
            elif re.match(r"[IVX]+\.|[A-Z]\.", text) and len(plain) < 110:
                self._context = None, ""
            return
        others = [
            one
            for one in sentences
            if one not in listed and (phrase("recommendations").search(one) or _ABOUT_IT.search(one))
        ]
        for sentence in listed:
            parts = clauses(sentence, self._lists, self._without_numbers)
            is_alone = len(listed) == len(parts) == 1
            for part in parts:
                words = plain if is_alone else part
                self._read_list(part, words, place, is_about=is_about, others=others if is_alone else None)
        if is_about and positions_in(plain) and len(listed) == 1:
            self._context, self._is_heading = (about, plain), False

    def _read_list(self, text: str, words: str, place: str, *, is_about: bool, others: Sequence[str] | None) -> None:
        """Read a sentence or clause with numbers. `others` are sentences about them if no other sentence has numbers."""
        short, (heading, heading_words) = self._without_numbers(text), self._context
        found = positions_in(short) if others is None else []
        if others is not None and is_about:
            found = positions_in(" ".join([short, *others])) or positions_in(self._without_numbers(words))
        if not found and len(short) < _SHORT:
            found = positions_in(short)  # "Supported: 76.1, 76.2"
        position = found[0] if len(found) == 1 else None
        if others is not None and self._is_heading and position is StateResponse.SUPPORTED and heading in _SUPPORTED:
            position = heading
        elif not found and heading_words and not phrase("recommendations").search(text):
            position, words = heading, heading_words
        elif not found:
            return
        if re.match(r"(?i)\W*see\b", text):
            return
        numbers = [n for part in self._lists(text) for n in self._numbers(part)]
        if position:
            self._set(numbers, position, words)
        else:
            self._tell_unclear(", ".join(numbers), place, words)

    def _tell_unclear(self, number: str, place: str, words: str) -> None:
        values = (("number", number), ("place", place), ("words", words[:300]))
        if not any(one.message == UNCLEAR and values[0] in one.values for one in self.problems):
            self.problems.append(ImportNotice(UNCLEAR, values))

    def _without_exceptions(self, sentences: Sequence[str]) -> list[str]:
        """Return the sentences without an exception, such as "all but 1.5". What they say of the exceptions is set, and told."""
        kept = []
        for sentence in sentences:
            found = phrase("exception").search(sentence)
            if not found or not (self._lists(sentence) or phrase("recommendations").search(sentence)):
                kept.append(sentence)
                continue
            self.problems.append(ImportNotice(_EXCEPTION, (("words", sentence[:300]),)))
            self._context = None, ""
            rest = sentence[found.end() :]
            if position := position_in(self._without_numbers(rest)):
                self._set([n for part in self._lists(rest) for n in self._numbers(part)], position, sentence)
        return kept

    def _read_entry(self, block: _Block, text: str) -> None:
        numbers = self._numbers(block.labels)
        start = (_LABEL_START if self._is_dotted else _REC_START).match(text)
        rest = text[start.end() :] if start else text
        if brackets := find_state_brackets(rest):
            rest = rest[brackets[-1].end :].lstrip(" ;.")  # the recommendation is printed again before the answer
        first = re.split(r"(?<=[.;!?])\s+(?=[A-ZÀ-ÞА-Я])", rest, maxsplit=1)[0]
        texts = (
            re.sub(r"(?i)^(?:position|response|answer|status|reply|decision)\s*[:–-]\s*", "", line.text)
            for line in block.lines
        )
        alone = (text for text in texts if _SHORT_ANSWER.fullmatch(text))
        opening = _SHORT_ANSWER.match(rest)
        said = None
        if opening and (opening.end() == len(rest) or not rest[opening.end() :][:1].islower()):
            said = opening[0]
        elif phrase("recommendations").search(f"{start[0] if start else ''} {first}") and positions_in(first):
            said = first
        said = said or next(alone, None) or self._position_after_words(block)
        if (
            said
            and re.match(r"\W*accepted\b", said, re.I)
            and re.match(r"(?i)\W*(?:being|already|is being|under) ", rest[len(said) :])
        ):
            said = rest[: len(said) + 60]
        found = positions_in(said) if said else []
        if len(found) == 1 and not phrase("exception").search(first):
            self._set(numbers, found[0], text)
        elif not found and self._context[0] and {*positions_in(first)} <= {self._context[0]}:
            self._set([n for n in numbers if n not in self.found], self._context[0], f"{self._context[1]} {text}")
        elif found or ((rest or self._context[1]) and not any(number in self.found for number in numbers)):
            self._tell_unclear(block.labels, block.lines[0].place, text[:80])

    @staticmethod
    def _position_after_words(block: _Block) -> str | None:
        """Return an answer at the end of a line, as in a row of a table: "76.1 Ratify the Convention (Spain) Accepted"."""
        for line in block.lines:
            tail = re.search(
                r"(?:\)|\d)[\s;.|]*((?:not |partially |fully )?(?:accepted|supported|noted|rejected))\b\W*$",
                line.text,
                re.I,
            )
            if tail:
                return tail[1]
        return None

    def read_table(self, table: Sequence[Sequence[str]]) -> None:
        """Read the rows of a table that have numbers in one cell and an answer in another, or a mark below its heading."""
        heads = [" ".join(cell.split()) for cell in table[0]] if table else []
        for row in table:
            cells = [" ".join(cell.split()) for cell in row]
            label = next(
                (m for cell in cells if (m := (_LABEL_START if self._is_dotted else _REC_START).match(f"{cell} "))),
                None,
            )
            if not label:
                if len({*cells}) == 1 and positions_in(cells[0]):
                    self._context = position_in(cells[0]), cells[0]
                continue
            said = next((cell for cell in cells if cell and _SHORT_ANSWER.fullmatch(cell)), "")
            marked = [
                head
                for head, cell in zip(heads, cells, strict=False)
                if _MARK.fullmatch(cell) and _SHORT_ANSWER.match(head)
            ]
            named = next(
                (
                    cell
                    for head, cell in zip(heads, cells, strict=False)
                    if re.search(r"(?i)position|status|response|reply|decision", head)
                ),
                "",
            )
            said = said or " ".join(marked) or named
            position = position_in(said) if positions_in(said) else self._context[0]
            if position:
                self._set(self._numbers(label["labels"]), position, said or self._context[1])
            elif words := said or self._context[1]:
                self._tell_unclear(label["labels"], f"“{cells[0][:40]}”", words)

    def _lists(self, text: str) -> list[str]:
        """Return the lists of numbers of recommendations in a text; counts such as "142 recommendations" are none."""
        if self._is_dotted:
            return [found[0] for found in _DOTTED_LIST.finditer(text)]
        return [found["list"] for found in _BARE_LIST.finditer(text)]

    def _without_numbers(self, text: str) -> str:
        if self._is_dotted:
            return _DOTTED_LIST.sub(" recommendations ", text)
        return _BARE_LIST.sub(lambda found: f"{found[0][: found.start('list') - found.start()]} ", text)

    def _numbers(self, text: str) -> list[str]:
        """Return the numbers of a list; in "140.82-85, 87" all have the paragraph 140."""
        paragraph, numbers = "", []
        for number in named_numbers(text):
            paragraph = number.partition(".")[0] if "." in number else paragraph
            numbers.append(number if "." in number or not paragraph or not self._is_dotted else f"{paragraph}.{number}")
        return [n for n in numbers if "." in n] if self._is_dotted else numbers

    def _set(self, numbers: Sequence[str], position: StateResponse, words: str) -> None:
        for number in numbers:
            before = self.found.get(number)
            paragraph = number.partition(".")[0] if "." in number else ""
            one = UprRecommendation(number, paragraph, position=position, position_words=words[:_LONGEST_WORDS])
            if before and before.position is None:
                continue  # told already
            if before and before.position != position and not {before.position, position} <= _SUPPORTED:
                values = (("number", number), ("first", before.position_words[:120]), ("second", words[:120]))
                self.problems.append(ImportNotice(_MIXED, values))
                one = replace(one, position=None, position_words=f"{before.position_words} {words}"[:_LONGEST_WORDS])
            elif before:
                one = before if position is StateResponse.SUPPORTED else one
            self.found[number] = one


_SUPPORTED = {StateResponse.SUPPORTED, StateResponse.IN_PROGRESS, StateResponse.IMPLEMENTED}
"""Positions that do not contradict each other."""
