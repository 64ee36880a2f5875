"""Read one document, step by step: kind of file, blocks of text, structure, front matter, recommendations.

`parse_upload` starts a process with limits, in which the other functions run. The front matter is what stands before
the first paragraph: symbol, committee, State, dates, session.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from pydantic import TypeAdapter

from tracker.importing.documents import phrases as wording
from tracker.importing.documents.authorship import find_author, find_author_of_report, symbols_alone
from tracker.importing.documents.follow_up_reports import read_follow_up_reports
from tracker.importing.documents.imported_document import (
    Author,
    FollowUpSection,
    ImportedDocument,
    ImportNotice,
    SourceText,
    UprDocument,
)
from tracker.importing.documents.pasted_text_reader import UNEDITED, read_pasted_text
from tracker.importing.documents.phrases import Phrases, guess_language, load_phrases, phrase_languages, split_sentences
from tracker.importing.documents.quotation_check import read_plain_text
from tracker.importing.documents.rapporteurs_letters import read_rapporteurs_letter
from tracker.importing.documents.recommendation_finder import classify_paragraphs
from tracker.importing.documents.reporting_dates import (
    WrittenDate,
    find_dates,
    impossible_dates,
    read_follow_up,
    read_next_report,
)
from tracker.importing.documents.structure import NumberedParagraph, read_structure
from tracker.importing.documents.upr.reader import read_upr
from tracker.importing.reading_job import read_file_to_import, run_reading_job
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.model.localized_text import one_line
from tracker.model.partial_dates import last_day
from tracker.sandbox.host import IsCancelled, JobAnswer, never
from tracker.sandbox.kinds import decode_text, kind_of_document, refuse_false_name
from tracker.sandbox.limits import UPLOAD, FileLimits
from tracker.storage.yaml.defaults import mechanism_of_symbol
from tracker.validation.state_party import COUNTRY, SYMBOL

_ORIGINAL = re.compile(
    r"(?:^|\bGeneral\b.*?)\W*(?:[^\W\d]+\s+)?\b(?:Original|Язык оригинала|Оригинал)\s*:\s*([^\W\d]+)\W*$"
)
"""What UN documents say below their date: "Original: English", in the language of the file or in English."""
MAX_DAYS_OF_REVIEW = 4
"""The maximum number of days between the first and the last day of a review. A session lasts for weeks."""
_BRACKET = re.compile(r"\([^()]*\)")
_ANNUAL_REPORT = re.compile(r"\bA/\d{2}/(?:38|40|44)\b(?=,? (?:\(|par|пункт|пп?\.|párr))")
"""A report to the General Assembly that has observations without a symbol of their own: A/55/38, paras. 118-149."""
_MEETINGS = re.compile(r"\([^()]*SR\.[^()]*\)")
MAX_CHARACTERS = 3_000_000
"""The maximum number of characters of a document. A longer text is refused. Concluding observations have 50,000 to 100,000."""
_TOO_LONG = N_(
    "The document has far more text than concluding observations have. Upload only the concluding observations."
)
_NO_PARAGRAPHS = N_(
    "No numbered paragraphs were found in this file. Upload the concluding observations as .docx or as a saved web page, "
    "or paste the text together with the numbers of its paragraphs."
)
_NO_RECOMMENDATIONS = N_("No recommendations were recognised. Check the list of paragraphs and tick them yourself.")
_NO_SYMBOL = N_("The file does not show a document symbol. Choose the document yourself.")
_STRANGE_SYMBOL = N_("The symbol {symbol} has no form that we know of concluding observations. Check the document.")
_UNKNOWN_COMMITTEE = N_("It is not clear which committee wrote this document. Choose the document yourself.")
_SCAN = N_(
    "This PDF has pictures of its pages and no text, so it cannot be read. Bring in the .docx, or a PDF with text in it."
)
_PROTECTED = N_("This PDF is damaged or protected with a password. Save it without the password, or paste its text.")
_READ_FROM_PDF = N_(
    "The text was taken from the pages of a PDF, in their order: compare it with the document before you save."
)
_UNEDITED = N_(
    "The file says that it is not edited yet: “{words}”. The edited text may have other words. Import that one if it is out."
)
_NOTES = N_("Footnotes whose text is not imported: {n}.")
_NO_SUCH_DAY = N_("There are no such days: {dates}. No date is taken from these words. Check them in the document.")
_MISSING = N_("These paragraph numbers are missing: {numbers}. Check whether the file is complete.")


def read_front_matter(
    lines: Sequence[str], source: SourceText, paragraphs: Sequence[NumberedParagraph], *, language: str
) -> ImportedDocument:
    """Return a document with the facts of the front matter, and without paragraphs.

    `lines` are the texts before the first paragraph. Margins, footnotes and the first paragraphs are searched, too.
    """
    margins, notes = source.margins, source.notes
    all_phrases = [load_phrases(code) for code in phrase_languages()]
    alone = next(iter(symbols_alone((*margins, *lines))), "")
    report = next(filter(None, map(_ANNUAL_REPORT.search, lines)), None)
    original = next(filter(None, map(_ORIGINAL.search, (*margins, *lines))), None)
    symbol = alone or (report[0] if report else None)
    opening = [paragraph.text for paragraph in paragraphs[:3]]
    mechanism = mechanism_of_symbol(symbol or "")
    names = [(body, name.lower()) for phrases in all_phrases for body, name in phrases.committee_names.items()]
    texts = [text.lower() for text in (*lines, *margins, *opening, *notes)]
    named = (body for text in texts for body, name in names if name in text)
    title, state = _find_title(lines, all_phrases)
    considered, adopted = _considered_and_adopted([*opening, *notes, *lines], all_phrases)
    return ImportedDocument(
        language=language,
        symbol=symbol,
        body=mechanism.id if mechanism else next(named, None),
        title=title,
        state=state,
        country=country[1] if (country := COUNTRY.match(alone)) else "",
        session_dates=_session_dates([*notes, *lines], all_phrases),
        considered=considered,
        adopted=adopted,
        original_language=wording.language_by_name(original[1]) if original else None,
        notes=tuple(notes),
    )


def _names_other_committee(front: Sequence[str], body: str) -> bool:
    """Return whether a line before the first paragraph is the name or a symbol of another committee."""
    phrases = [load_phrases(code) for code in phrase_languages()]
    names = {name.lower(): other for one in phrases for other, name in one.committee_names.items()}
    named = {names[line] for text in front if (line := one_line(text).strip(" *.:").lower()) in names}
    named |= {found.id for symbol in symbols_alone(front) if (found := mechanism_of_symbol(symbol))}
    return bool(body and named - {body})


def _find_title(lines: Sequence[str], all_phrases: Sequence[Phrases]) -> tuple[str, str]:
    """Return (title, name of the State in it); each is "" if it is not found. A title may have up to four lines."""
    named = ((n, phrases) for n, line in enumerate(lines) for phrases in all_phrases if phrases.has("title", line))
    if not (first := next(named, None)):
        return "", ""
    index, phrases = first
    title, state = lines[index], ""
    following = [text for text in lines[index + 1 : index + 4] if not SYMBOL.search(text)]
    for count in range(len(following) + 1):
        whole = " ".join([lines[index], *following[:count]])
        if found := phrases.find("state_in_title", whole):
            title, state = whole, next(filter(None, found.groupdict().values()), "").strip(" *.,:")
            break
    return re.sub(r"\s*\*+$", "", title.strip()), state


def _session_dates(texts: Sequence[str], all_phrases: Sequence[Phrases]) -> str | None:
    """Return the dates of the session as a partial date, or None."""
    for phrases, text in ((phrases, text) for text in texts for phrases in all_phrases):
        if (found := phrases.find("session", text)) and phrases.has("adoption", text):
            return next((each.text for each in find_dates(text[found.end() : found.end() + 80])), None)
    return None


def _considered_and_adopted(texts: Sequence[str], all_phrases: Sequence[Phrases]) -> tuple[str | None, str | None]:
    """Return when the State's report was considered and when the observations were adopted: partial dates, or None."""
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
                dates = [one for one in dates if _length_in_days(one.text) <= MAX_DAYS_OF_REVIEW]
            if not dates:
                continue
            is_considered, is_adopted = has("considered", sentence), has("adopted", sentence)
            # "considered the report at its 3rd meeting and adopted … on 24 November": the only date is of the word next to it
            if len(dates) == 1 and is_considered and is_adopted:
                found = (phrases.find("considered", sentence) for phrases in all_phrases)
                after = min(match.end() for match in found if match)
                is_considered = not has("adopted", sentence[after : dates[0].start])
            has_both = is_adopted and len(dates) > 1
            if is_considered:
                considered = considered or _join_dates(dates[:-1] if has_both else dates)
            # laws and earlier observations are adopted, too
            if (has_both or (is_adopted and not is_considered)) and has("adoption", sentence):
                adopted = adopted or dates[-1].text
        if considered and adopted:
            break
    return considered, adopted


def _length_in_days(partial_date: str) -> int:
    """Return how many days lie between the two ends of a period; 0 for a single date."""
    first, _, last = partial_date.partition("/")
    return (last_day(last) - last_day(first)).days if last else 0


def _join_dates(dates: Sequence[WrittenDate]) -> str:
    """Return a partial date, from the first date to the last one that may be of the same review."""
    first, found = dates[0].text.partition("/")[0], dates[0].text
    for day in (date.text.rpartition("/")[2] for date in dates):
        whole = f"{first}/{day}"
        if day != first and last_day(day) > last_day(first) and _length_in_days(whole) <= MAX_DAYS_OF_REVIEW:
            found = whole
    return found


def parse_upload(
    upload: bytes | Path,
    name: str = "",
    *,
    language: str | None = None,
    limits: FileLimits = UPLOAD,
    is_cancelled: IsCancelled = never,
) -> ImportedDocument:
    """Read concluding observations or a report on follow-up in a process of its own, and return what was read.

    `name` shows what it should be. `language` is a code, or None to guess it. If `is_cancelled` returns True, the process is
    ended and ProcessCancelled is raised. Raise UnusableFile, with a sentence for the user, if reading fails.
    """
    data = read_file_to_import(upload, limits, name or upload.name) if isinstance(upload, Path) else upload
    refuse_false_name(data, name)
    job = "tracker.importing.documents.reader.answer_document"
    found = run_reading_job(job, data, {"language": language}, limits=limits, is_cancelled=is_cancelled)
    return TypeAdapter(ImportedDocument).validate_json(found)


def answer_document(data: bytes, language: str | None) -> JobAnswer:
    """Return ({}, `ImportedDocument` as JSON). Runs in the process that `parse_upload` starts. Raise UnusableFile on failure."""
    return {}, TypeAdapter(ImportedDocument).dump_json(read_document(data, language=language))


def read_document(data: bytes, *, language: str | None = None) -> ImportedDocument:
    """Read a document. The language is guessed if `language` is None or has no phrases. Raise UnusableFile if reading fails."""
    kind = kind_of_document(data)
    document, text = _read_kind(data, kind, language=language), read_plain_text(data, kind)
    if wrong := impossible_dates(text):
        notices = (*document.notices, ImportNotice(_NO_SUCH_DAY, (("dates", ", ".join(wrong[:10])),)))
        document = replace(document, notices=notices)
    return replace(document, file_text=text)


def _read_kind(data: bytes, kind: FileKind, *, language: str | None) -> ImportedDocument:
    text, source = "", None
    if kind is FileKind.DOCX:
        from tracker.importing.documents.docx_reader import read_docx

        source = read_docx(data)
    else:
        text = _text_of_pdf(data) if kind is FileKind.PDF else decode_text(data)
        if len(text) > 4 * MAX_CHARACTERS:
            raise UnusableFile(_TOO_LONG)
    if kind is FileKind.HTML:
        from tracker.importing.documents.html_reader import read_html

        source = read_html(text)
    lines = text.replace("\f", "\n\f\n").split("\n")
    if source:
        lines = [*source.margins, *(f"{block.label} {block.text}".strip() for block in source.blocks)]
    if upr := read_upr(data, kind, text, source=source):
        return _document_of_upr(upr, kind)
    if sections := _read_reports(lines, is_paged=source is None):
        return replace(_document_of_sections(sections, kind), author=find_author_of_report(lines))
    if source is None:
        if len(text) > MAX_CHARACTERS:
            raise UnusableFile(_TOO_LONG)
        source = read_pasted_text(text, load_phrases(_language_of(text, language)))
    document = interpret_source(source, language=language)
    read_from = (ImportNotice(_READ_FROM_PDF),) if kind is FileKind.PDF else ()
    left_out = (
        [ImportNotice(_NOTES, (("n", str(len(source.notes))),))]
        if kind in (FileKind.DOCX, FileKind.HTML) and source.notes
        else []
    )
    return replace(document, notices=(*read_from, *document.notices, *left_out))


def _read_reports(lines: Sequence[str], *, is_paged: bool) -> tuple[FollowUpSection, ...]:
    if sum(map(len, lines)) > MAX_CHARACTERS:
        return ()
    return read_follow_up_reports(lines, is_paged=is_paged) or tuple(filter(None, [read_rapporteurs_letter(lines)]))


def _document_of_sections(sections: tuple[FollowUpSection, ...], kind: FileKind) -> ImportedDocument:
    """Return the sections of a report on follow-up as a document. It has a State only if there is one section."""
    graded = [each for section in sections for each in section.paragraphs]
    texts = (f"{one.recommendation} {one.reply} {' '.join(g.evaluation for g in one.grades)}" for one in graded)
    symbol = sections[0].concluding_observations or sections[0].symbol or ""
    only = sections[0] if len(sections) == 1 else None
    return ImportedDocument(
        language=guess_language(" ".join(texts)),
        symbol=sections[0].symbol,
        body=mechanism.id if (mechanism := mechanism_of_symbol(symbol)) else None,
        state=only.state or "" if only else "",
        session_dates=sections[0].session_dates,
        notices=(ImportNotice(_READ_FROM_PDF),) if kind is FileKind.PDF else (),
        follow_up_reports=sections,
    )


def _document_of_upr(upr: UprDocument, kind: FileKind) -> ImportedDocument:
    read_from = (ImportNotice(_READ_FROM_PDF),) if kind is FileKind.PDF else ()
    return ImportedDocument(
        language=upr.language,
        symbol=upr.symbol,
        body="upr",
        state=upr.state,
        considered=upr.reviewed,
        adopted=upr.adopted,
        notices=(*read_from, *upr.problems),
        author=Author.STATE if upr.kind == "addendum" else Author.COMMITTEE,
        upr=upr,
    )


def _text_of_pdf(data: bytes) -> str:
    """Return the printed text of a PDF, with a form feed between pages."""
    from tracker.files.cleaners.pdf_strings import pages_of_pdf

    try:
        text = "\f".join(page.text for page in pages_of_pdf(data, with_comments=False))
    except UnusableFile:
        raise UnusableFile(_PROTECTED) from None
    if sum(map(str.isalpha, text)) < 200:
        raise UnusableFile(_SCAN)
    # a hyphen at the end of a line, and what stands in the margins, come without the break before the next text
    text = text.replace("\ufffe", "-\n")
    return re.sub(r"(?m)(?<=[^\W_A-Z]|[.,;:!?)\]”])(?=(?:(?:[A-Z]{3,5}|E)/C\b|GE\.\d\d-)\S*(?: \d+)?$)", "\n", text)


def _language_of(text: str, language: str | None) -> str:
    return language if language in phrase_languages() else guess_language(text)


def interpret_source(source: SourceText, *, language: str | None = None) -> ImportedDocument:
    """Return the concluding observations, with notices. Raise UnusableFile if no paragraph has a number or the text is huge."""
    if sum(len(block.text) for block in source.blocks) > MAX_CHARACTERS:
        raise UnusableFile(_TOO_LONG)
    code = _language_of(" ".join(block.text for block in source.blocks), language)
    phrases = load_phrases(code)
    front_blocks, paragraphs, footnotes = read_structure(source.blocks, phrases)
    if not paragraphs:
        raise UnusableFile(_NO_PARAGRAPHS)
    source = replace(source, notes=(*source.notes, *footnotes))
    lines = [one_line(block.text) for block in front_blocks]
    front = read_front_matter(lines, source, paragraphs, language=code)
    dated = front.adopted or front.considered or front.session_dates
    next_report, list_of_issues = read_next_report(paragraphs, phrases, not_before=dated)
    follow_up = read_follow_up(paragraphs, phrases, front.adopted or front.session_dates)
    classified = classify_paragraphs(paragraphs, phrases, front.body)
    # what follows a lost number is part of the paragraph before
    unsure = {one.number for one in classified if one.swallowed}
    unsure |= {a.number for a, b in pairwise(classified) if int(b.number) - int(a.number) != 1}
    if next_report and next_report.paragraph in unsure:
        next_report = replace(next_report, paragraph="")
    if follow_up and follow_up.reply.paragraph in unsure:
        follow_up = replace(follow_up, reply=replace(follow_up.reply, paragraph=""))
    document = replace(
        front,
        paragraphs=classified,
        follow_up=follow_up,
        next_report=next_report,
        list_of_issues=list_of_issues,
    )
    blocks = [one_line(block.text) for block in source.blocks]
    author = find_author(
        (*source.margins, *lines), front.title, blocks, opening=[p.text for p in paragraphs[:3]], notes=source.notes
    )
    if _names_other_committee((*source.margins, *lines), document.body or ""):
        author = Author.UNKNOWN
    document = replace(document, author=author)
    asked = document.recommendations
    told = {_NO_SYMBOL: document.symbol, _UNKNOWN_COMMITTEE: document.body, _NO_RECOMMENDATIONS: asked}
    notices = [ImportNotice(message) for message, found in told.items() if not found]
    if author is not Author.COMMITTEE:
        notices = [ImportNotice(author.label)]
    elif document.symbol and not SYMBOL.fullmatch(document.symbol) and not document.symbol.startswith("A/"):
        notices.append(ImportNotice(_STRANGE_SYMBOL, (("symbol", document.symbol),)))
    if unedited := next(filter(None, (re.search(UNEDITED, text, re.I) for text in (*source.margins, *lines))), None):
        notices.append(ImportNotice(_UNEDITED, (("words", unedited[0]),)))
    numbers = sorted({int(paragraph.number) for paragraph in paragraphs})
    if missing := [span for before, after in pairwise(numbers) if (span := _numbers_between(before, after))]:
        notices.append(ImportNotice(_MISSING, (("numbers", ", ".join(missing)),)))
    return replace(document, notices=tuple(notices))


def _numbers_between(before: int, after: int) -> str:
    """Return the numbers between two: "", "3", "3, 4" or, if there are more, "3–9"."""
    between = [str(number) for number in range(before + 1, after)]
    return ", ".join(between) if len(between) < 3 else f"{between[0]}–{between[-1]}"
