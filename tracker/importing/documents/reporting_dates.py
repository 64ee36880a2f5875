"""Find dates and periods as committees write them, such as "12 and 13 September 2024" or "within 24 months".

From these, find when a reply or a report is due.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from tracker.importing.documents.imported_document import ImportedFollowUp, StatedDeadline
from tracker.importing.documents.phrases import Phrases, months_in_all_languages, split_sentences
from tracker.importing.documents.recommendation_finder import (
    find_paragraph_references,
    is_about_follow_up,
    is_about_next_report,
)
from tracker.importing.documents.structure import SECTIONS_WITHOUT_DEMANDS, NumberedParagraph, letters_of_lists
from tracker.model.localized_text import one_line
from tracker.model.partial_dates import is_before, last_day, months_before

MAX_MONTHS = 240
"""No committee gives a State more time than this."""
_JOINT = r"(?:\s*(?:,|;|–|—|-)\s*(?:and\s+|и\s+)?|\s+(?:and|to|и|по|до|et|y|a|au|al)\s+)"
_LIST = re.compile(r"list of issues|переч(?:ень|ня|нем) (?:вопросов|тем)|liste des? points|lista de cuestiones", re.I)
_LIST_JUST_BEFORE = re.compile(rf"(?:{_LIST.pattern})[^,;.]{{0,60}}$", re.I)
_RECEIVES = re.compile(
    r"\b(?:will (?:receive|send|transmit|adopt)|получит|направит|будет получ\w+|препроводит|"
    r"(?:recev|adresse|transmett|adopte|enver)ra|(?:recibi|envia|transmiti|adopta|remiti)rá)\b",
    re.I,
)
_DAYS = rf"\d{{1,2}}(?:\s*(?:st|nd|rd|th|er)\b)?(?:{_JOINT}\d{{1,2}}){{0,9}}"


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """One date, or several written together. `text` is a partial date. The words stand from `start` to `end`."""

    text: str
    start: int
    end: int


@cache
def _date_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, months_in_all_languages()), key=len, reverse=True))
    return re.compile(
        rf"\b(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|(?P<dd>\d{{1,2}})[./](?P<mm>\d{{1,2}})[./](?P<yyyy>\d{{4}})"
        rf"|(?P<usmonth>{names})\s+(?P<usday>\d{{1,2}}),\s+(?P<usyear>\d{{4}})"
        rf"|(?:(?P<days>{_DAYS})\s+(?:de\s+)?)?(?P<month>{names})\b\.?(?:,?\s+(?:del?\s+)?(?P<year>\d{{4}}))?"
        rf"|(?P<alone>(?:19|20)\d{{2}})(?![\d/-]))(?:\s*(?:года|г\.))?",
        re.I,
    )


class _Mention(NamedTuple):
    """A mention of days, of a month or of a year, and its place in the text. An unknown part of a date is 0."""

    first: tuple[int, int, int]  # year, month, day
    last: tuple[int, int, int]
    start: int
    end: int


def _mentions(text: str) -> Iterator[_Mention]:
    """Yield the mentions of dates in `text`, in order. A month with neither day nor year is left out."""
    for match in _date_pattern().finditer(text):
        name = (match["usmonth"] or match["month"] or "").lower()
        month = months_in_all_languages()[name] if name else int(match["mm"] or 0)
        year = int(match["yyyy"] or match["usyear"] or match["year"] or match["alone"] or 0)
        days = [int(day) for day in re.findall(r"\d+", match["dd"] or match["usday"] or match["days"] or "")]
        if match["iso"]:
            year, month, *days = map(int, match["iso"].split("-"))
        if year or days:
            first, *_others, last = [*days, *days] or [0, 0]
            yield _Mention((year, month, first), (year, month, last), match.start(), end=match.end())


def _partial_date(year: int, month: int, day: int) -> str | None:
    """Return a partial date, in which a month or day of 0 is left out; None if there is no such day."""
    try:
        if month:
            date(year, month, day or 1)
    except ValueError:
        return None
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def find_dates(text: str) -> list[WrittenDate]:
    """Return the dates in order. Days written together are one date or period. Days without a year are left out."""
    groups: list[list[_Mention]] = []
    for mention in _mentions(text):
        between = text[groups[-1][-1].end : mention.start] if groups else ""
        if groups and mention.first[1] and groups[-1][-1].last[2] and mention.last[2] and re.fullmatch(_JOINT, between):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    dates = []
    for group in groups:
        year = group[-1].last[0]
        first = (group[0].first[0] or year, *group[0].first[1:])
        start, end = _partial_date(*first) if year else None, _partial_date(*group[-1].last) if year else None
        if start and end and end >= start:
            whole = start if start == end else f"{start}/{end}"
            dates.append(WrittenDate(whole, group[0].start, group[-1].end))
    return dates


def impossible_dates(text: str) -> list[str]:
    """Return the words of each date that has no such day, such as "31 February 2027", once, in order."""
    wrong = (
        one_line(text[one.start : one.end])
        for one in _mentions(text)
        for year, month, day in (one.first, one.last)
        if 0 < month < 13 and 28 < day < 32 and _partial_date(year or 2000, month, day) is None
    )
    return list(dict.fromkeys(wrong))


def read_due_date(lines: Sequence[str], adopted: str | None) -> str | None:
    """Return the only date in the value of the label "next report", or None. What stands below the value may be a note."""
    value, below = [*filter(None, lines), "", ""][:2]
    if below and not re.search(r"\d{4}", value) and re.match(r"(?:[^\W\d]+ )?(?:19|20)\d\d\b", below):
        value = f"{value} {below}"  # a narrow column
    value = re.split(r"[(;*]|\.\s", value)[0]
    dates = [] if impossible_dates(value) else [found.text for found in find_dates(value)]
    return not_before(dates[0], adopted) if len(dates) == 1 and "/" not in dates[0] else None


def not_before(due: str | None, day: str | None) -> str | None:
    """Return `due`, or None if it is before `day`: nothing is due before the document that says so."""
    return None if due and day and is_before(due, day) else due


def find_period(text: str, phrases: Phrases) -> tuple[str, int]:
    """Return (words, months) for the first period, such as ("within two years", 24); ("", 0) if there is none."""
    found = phrases.find("period", text)
    if not found:
        return "", 0
    groups = {name: value for name, value in found.groupdict().items() if value}
    count = (groups.get("count") or groups.get("count2") or "1").lower()
    unit = next((groups[name] for name in ("unit", "unit2", "joined", "alone") if name in groups), "").lower()
    number = int(count) if count.isdecimal() else phrases.numbers.get(count, 0)
    if "joined" in groups:
        number = 2 if unit.startswith("двух") else 3 if unit.startswith("тр") else 1
    months = number * (12 if phrases.has("years", unit) else 1)
    return (found[0], months) if 0 < months <= MAX_MONTHS else ("", 0)


def months_later(partial_date: str, months: int) -> str:
    """Add `months` to the last day of a partial date, and return the result as a partial date of the same precision."""
    precision = len(partial_date.rpartition("/")[2].rstrip("~").split("-"))
    moved = months_before(last_day(partial_date), -months).isoformat()
    return "-".join(moved.split("-")[:precision])


def read_follow_up(
    paragraphs: Sequence[NumberedParagraph], phrases: Phrases, adopted: str | None
) -> ImportedFollowUp | None:
    """Return the paragraphs selected for follow-up and when the reply is due, or None. Periods count from `adopted`."""
    numbers = {paragraph.number for paragraph in paragraphs}
    letters = letters_of_lists(paragraphs)
    for paragraph in reversed(paragraphs):
        text = " ".join(f"({line.letter}) {line.text}" if line.letter else line.text for line in paragraph.lines)
        sentences = split_sentences(text, phrases)
        for place, sentence in enumerate(sentences):
            if not is_about_follow_up(sentence, phrases) or is_about_next_report(sentence, phrases):
                continue
            due = next((written.text for written in _due_dates(sentence, phrases)), None)
            words, months = find_period(sentence, phrases)
            # more may follow: "In addition, the Committee requests follow-up information … in paragraph 10"
            asked = [sentence, *(other for other in sentences[place + 1 :] if phrases.has("follow_up", other))]
            named = (name for one in asked for name in find_paragraph_references(one, phrases, letters))
            others = numbers - {paragraph.number}
            selected = tuple(dict.fromkeys(name for name in named if name.partition(" ")[0] in others))
            if selected and (due or months or impossible_dates(sentence)):
                computed = months_later(adopted, months) if months and adopted and not due else None
                how = {"sentence": sentence.strip(), "paragraph": paragraph.number}
                return ImportedFollowUp(selected, StatedDeadline(due or computed, computed is not None, words, **how))
    return None


def _due_dates(sentence: str, phrases: Phrases) -> list[WrittenDate]:
    """Return the dates after a word such as "by", without periods such as 12 to 13 September. Years alone come last."""
    pattern = re.compile(rf"(?:{phrases.patterns['due'].pattern})(?: (?:the end of|конца|the|начала))?$", re.I)
    found = [one for one in find_dates(sentence) if pattern.search(sentence[: one.start].rstrip())]
    return sorted((one for one in found if "/" not in one.text), key=lambda one: len(one.text) == len("2028"))


def _is_past(written: WrittenDate, not_before: str | None) -> bool:
    return not_before is not None and is_before(written.text, not_before)


def read_next_report(
    paragraphs: Sequence[NumberedParagraph], phrases: Phrases, *, not_before: str | None = None
) -> tuple[StatedDeadline | None, str | None]:
    """Return (when the next report is due, when the committee will send its list of issues for this report).

    Each is None if not said. Dates before `not_before`, the date of the document, are ignored. If the text gives no
    date for the report, we compute it from the date of the list and the period for the answer.
    """
    best: StatedDeadline | None = None
    mentioned: StatedDeadline | None = None
    list_of_issues: str | None = None
    passed = re.compile(rf"(?:{phrases.patterns['was_due'].pattern})$", re.I)
    for paragraph in reversed(paragraphs):
        if phrases.has_any(SECTIONS_WITHOUT_DEMANDS, paragraph.heading):
            continue
        for sentence in split_sentences(paragraph.text, phrases):
            how = {"sentence": sentence.strip(), "paragraph": paragraph.number}
            if phrases.has("information_in_report", sentence):
                # the date of the next report, if a sentence that asks for something in this report names it
                written = (each for each in find_dates(sentence) if "/" not in each.text)
                for each in written if mentioned is None else ():
                    is_due = phrases.has("report_is_due", sentence[: each.start].rstrip())
                    if is_due and not _is_past(each, not_before):
                        mentioned = StatedDeadline(each.text, False, "", **how)
                        break
                continue
            is_about_it = phrases.has("next_report_subject", sentence) and phrases.has("next_report", sentence)
            if not is_about_it or is_about_follow_up(sentence, phrases):
                continue
            words, months = find_period(sentence, phrases)
            dates = [written for written in _due_dates(sentence, phrases) if not _is_past(written, not_before)]
            # "its fifth report, which was due in 2008, … by July 2014"
            dates = [one for one in dates if not passed.search(sentence[: one.start].rstrip())] or dates
            # "will receive in 2028 the list of issues"
            parts = [(one, sentence[: one.start], sentence[one.end :]) for one in dates]
            of_list = [one for one, before, after in parts if _RECEIVES.search(before) and _LIST.search(after)]
            # "list of issues in 2032": the year of the list; nobody knows when the report is due
            of_list_only = [one for one, before, _a in parts if len(one.text) == 4 and _LIST_JUST_BEFORE.search(before)]
            due = next((written.text for written in dates if written not in (*of_list, *of_list_only)), None)
            computed = None
            if of_list:
                list_of_issues = list_of_issues or of_list[0].text
                computed = months_later(of_list[0].text, months) if months and not due else None
            found = StatedDeadline(due or computed, computed is not None, words, **how)
            if best is None or (found.date and not best.date) or (found.stated and not best.stated):
                best = found
        if best and best.date:
            break
    return (mentioned if mentioned and not (best and best.date) else best), list_of_issues
