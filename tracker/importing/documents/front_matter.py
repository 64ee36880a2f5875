"""What stands at the front of concluding observations: symbol, committee, State, dates, session."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.importing.documents.phrases import (
    Phrases,
    load_phrases,
    phrase_languages,
    split_sentences,
)
from tracker.importing.documents.structure import NumberedParagraph
from tracker.importing.documents.written_dates import WrittenDate, find_dates
from tracker.importing.readers.text_blocks import TextBlock, one_line
from tracker.model.partial_dates import last_day
from tracker.storage.yaml.defaults import mechanism_of_symbol, symbol_starts

SYMBOL = re.compile(
    rf"\b(?:(?P<older>[A-Z]{{3,5}}/(?:C/CR|CO)/\d{{1,2}}/)(?=[A-Z]{{3}}\b)|(?:{symbol_starts()}))"
    r"(?:(?P<country>[A-Z]{3})(?(older)|/))?(?(older)|(?:C[OC]/\d+(?:[–-]\d+)*(?:/[A-Z]{3}\b)?|(?:1|79)/Add\.\d+))"
    r"(?:/(?:Add|Rev|Corr)\.\d+)?"
)
"""The symbol of concluding observations. Until about 2005 also such as …/C/CR/34/RUR, …/CO/75/RUR and …/C/79/Add.113."""
_LOOKALIKES = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")
"""Cyrillic capitals that Russian documents have by mistake in symbols, and the Latin ones that look the same."""
_ORIGINAL = re.compile(
    r"(?:^|\bGeneral\b.*?)\W*(?:[^\W\d]+\s+)?\b(?:Original|Язык оригинала|Оригинал)\s*:\s*([^\W\d]+)\W*$"
)
"""What UN documents say below their date: "Original: English", in the language of the file or in English."""
_LANGUAGE_NAMES = {
    name: code
    for code, names in {
        "ar": "arabic arabe árabe арабский",
        "en": "english anglais inglés английский",
        "es": "spanish espagnol español испанский",
        "fr": "french français francés французский",
        "ru": "russian russe ruso русский",
        "zh": "chinese chinois chino китайский",
    }.items()
    for name in names.split()
}
MAX_DAYS_OF_REVIEW = 4
"""A report is considered on one day or a few. A session lasts for weeks."""
_BRACKET = re.compile(r"\([^()]*\)")
_ANNUAL_REPORT = re.compile(r"\bA/\d{2}/(?:38|40|44)\b(?=,? (?:\(|par|пункт|пп?\.|párr))")
"""The report to the General Assembly in which observations without a symbol of their own stood: A/55/38, paras. 118-149."""
_MEETINGS = re.compile(r"\([^()]*SR\.[^()]*\)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front of a document says. The fields are those of `ImportedDocument`."""

    symbol: str | None
    body: str | None
    title: str
    state: str
    country: str
    session: str
    session_dates: str | None
    considered: str | None
    adopted: str | None
    original_language: str | None


def read_front_matter(
    front: Sequence[TextBlock], margins: Sequence[str], notes: Sequence[str], *, paragraphs: Sequence[NumberedParagraph]
) -> FrontMatter:
    """Return what the front of the document says. `paragraphs` are the first numbered ones."""
    lines = [one_line(block.text) for block in front]
    all_phrases = [load_phrases(code) for code in phrase_languages()]
    found = _first_symbol([*margins, *lines])
    symbol = found[0].replace("–", "-") if found else _annual_report(lines)
    country = (found["country"] or "") if found else ""
    opening = [paragraph.text for paragraph in paragraphs[:3]]
    mechanism = mechanism_of_symbol(symbol or "")
    body = mechanism.id if mechanism else _named_committee([*lines, *margins, *opening, *notes], all_phrases)
    title, state = _title(lines, all_phrases)
    session, session_dates = _session([*notes, *lines], all_phrases)
    considered, adopted = _considered_and_adopted([*opening, *notes, *lines], all_phrases)
    return FrontMatter(
        symbol=symbol,
        body=body,
        title=title,
        state=state,
        country=country,
        session=session,
        session_dates=session_dates,
        considered=considered,
        adopted=adopted,
        original_language=_original_language([*margins, *lines]),
    )


def _first_symbol(lines: Iterable[str]) -> re.Match[str] | None:
    plain = (re.sub(r"\s*/\s*", "/", line).translate(_LOOKALIKES) for line in lines)
    return next(filter(None, map(SYMBOL.search, plain)), None)


def _original_language(lines: Iterable[str]) -> str | None:
    found = next(filter(None, map(_ORIGINAL.search, lines)), None)
    return _LANGUAGE_NAMES.get(found[1].casefold()) if found else None


def _annual_report(lines: Iterable[str]) -> str | None:
    found = next(filter(None, map(_ANNUAL_REPORT.search, lines)), None)
    return found[0] if found else None


def _named_committee(texts: Sequence[str], all_phrases: Sequence[Phrases]) -> str | None:
    for text in texts:
        for phrases in all_phrases:
            for body, name in phrases.committee_names.items():
                if name.lower() in text.lower():
                    return body
    return None


def _title(lines: Sequence[str], all_phrases: Sequence[Phrases]) -> tuple[str, str]:
    """Return the title and the State in it. The title may stand on several lines."""
    for index, line in enumerate(lines):
        for phrases in all_phrases:
            if not phrases.has("title", line):
                continue
            following = [text for text in lines[index + 1 : index + 4] if not SYMBOL.search(text)]
            for count in range(len(following) + 1):
                title = " ".join([line, *following[:count]])
                if found := phrases.find("state_in_title", title):
                    state = next(filter(None, found.groupdict().values()), "")
                    return re.sub(r"\s*\*+$", "", title.strip()), state.strip(" *.,:")
            return re.sub(r"\s*\*+$", "", line.strip()), ""
    return "", ""


def _session(texts: Sequence[str], all_phrases: Sequence[Phrases]) -> tuple[str, str | None]:
    """Return the session in the committee's words, and its dates in brackets: "Adopted … at its 76th session (…)"."""
    for text in texts:
        for phrases in all_phrases:
            found = phrases.find("session", text)
            if not found or not phrases.has("adopted", text):
                continue
            dates = find_dates(text[found.end() : found.end() + 80])
            return found[1].strip(), dates[0].text if dates else None
    return "", None


def _considered_and_adopted(texts: Sequence[str], all_phrases: Sequence[Phrases]) -> tuple[str | None, str | None]:
    """Return when the report was considered and when the observations were adopted, from the first paragraph."""
    considered = adopted = None

    def has(name: str, sentence: str) -> bool:
        # in any language, because half the front matter of a translated document may be in English
        return any(phrases.has(name, sentence) for phrases in all_phrases)

    for text in texts:
        for sentence in split_sentences(_MEETINGS.sub("", text), all_phrases[0]):
            if has("session", sentence):
                sentence = _BRACKET.sub("", sentence)
            dates = [written for written in find_dates(sentence) if len(written.text) >= len("2024-09-12")]
            if has("session", sentence):
                dates = [written for written in dates if not _is_of_session(written)]
            if not dates:
                continue
            is_considered, is_adopted = has("considered", sentence), has("adopted", sentence)
            if is_considered and is_adopted and len(dates) > 1:
                considered = considered or _together(dates[:-1])
                adopted = adopted or dates[-1].text
            elif is_considered:
                considered = considered or _together(dates)
            elif is_adopted:
                adopted = adopted or dates[-1].text
        if considered and adopted:
            break
    return considered, adopted


def _is_of_session(written: WrittenDate) -> bool:
    """Return whether these days are those of a session: more than the review of a report takes."""
    first, _, last = written.text.partition("/")
    return bool(last) and (last_day(last) - last_day(first)).days > MAX_DAYS_OF_REVIEW


def _together(dates: Sequence[WrittenDate]) -> str:
    first, last = dates[0].text.partition("/")[0], dates[-1].text.rpartition("/")[2]
    return first if first == last else f"{first}/{last}"
