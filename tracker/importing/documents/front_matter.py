"""What stands at the front of concluding observations: symbol, committee, State, dates, session."""

import re
from collections.abc import Sequence

from tracker.importing.documents.imported_document import ImportedDocument
from tracker.importing.documents.phrases import (
    Phrases,
    committee_drafting,
    load_phrases,
    phrase_languages,
    split_sentences,
)
from tracker.importing.documents.reporting_dates import WrittenDate, find_dates
from tracker.importing.documents.structure import NumberedParagraph
from tracker.importing.documents.text_blocks import TextBlock, one_line
from tracker.importing.entry import LOOKALIKES, SYMBOL
from tracker.model.partial_dates import last_day

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


def read_front_matter(
    front: Sequence[TextBlock],
    margins: Sequence[str],
    notes: Sequence[str],
    *,
    paragraphs: Sequence[NumberedParagraph],
    language: str,
) -> ImportedDocument:
    """Return what the front of the document says. `paragraphs` are the first numbered ones, `language` that of the text."""
    lines = [one_line(block.text) for block in front]
    all_phrases = [load_phrases(code) for code in phrase_languages()]
    plain = [re.sub(r"\s*/\s*", "/", line).translate(LOOKALIKES) for line in (*margins, *lines)]
    found = next(filter(None, map(SYMBOL.search, plain)), None)
    report = next(filter(None, map(_ANNUAL_REPORT.search, lines)), None)
    original = next(filter(None, map(_ORIGINAL.search, (*margins, *lines))), None)
    symbol = found[0].replace("–", "-") if found else report and report[0]
    opening = [paragraph.text for paragraph in paragraphs[:3]]
    committees = (body for body, drafting in committee_drafting().items() if drafting.symbol.match(symbol or ""))
    title, state = _title(lines, all_phrases)
    considered, adopted = _considered_and_adopted([*opening, *notes, *lines], all_phrases)
    return ImportedDocument(
        language=language,
        symbol=symbol,
        body=next(committees, None) or _named_committee([*lines, *margins, *opening, *notes], all_phrases),
        title=title,
        state=state,
        country=(found["country"] or "") if found else "",
        session_dates=_session_dates([*notes, *lines], all_phrases),
        considered=considered,
        adopted=adopted,
        original_language=_LANGUAGE_NAMES.get(original[1].casefold()) if original else None,
        notes=tuple(notes),
    )


def _named_committee(texts: Sequence[str], all_phrases: Sequence[Phrases]) -> str | None:
    names = [(body, name.lower()) for phrases in all_phrases for body, name in phrases.committee_names.items()]
    return next((body for text in texts for body, name in names if name in text.lower()), None)


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


def _session_dates(texts: Sequence[str], all_phrases: Sequence[Phrases]) -> str | None:
    """Return the dates of the session, which stand in brackets: "Adopted … at its 76th session (…)"."""
    for text in texts:
        for phrases in all_phrases:
            found = phrases.find("session", text)
            if found and phrases.has("adopted", text):
                dates = find_dates(text[found.end() : found.end() + 80])
                return dates[0].text if dates else None
    return None


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
