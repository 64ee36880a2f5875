"""The words of footnotes: a source, through whom it is known, who translated a quotation, and why words are left out."""

from collections.abc import Mapping
from dataclasses import replace

from tracker.model.localized_text import ResolvedText, TextVariant, resolve
from tracker.model.records import Evidence, Recommendation, Source
from tracker.model.registers import Document
from tracker.model.vocabulary import QUOTED_ORIGINS, TextOrigin
from tracker.publishing.change_summaries import capitalize_first
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.submissions.selection import Choice, paragraphs_in_words
from tracker.queries.public_files import files_of
from tracker.safety.redaction.terms import OMISSION_MARK, has_removed_words, mark_removed_words

LocalText = Mapping[str, TextVariant]


def wording(request: ViewRequest, text: LocalText | None) -> ResolvedText | None:
    """Return the wording of a text in the language of the document, or None. What was removed for safety is OMISSION_MARK."""
    found = resolve(text, request.language.code, request.language.default) if text else None
    return None if found is None or found.is_fallback else replace(found, text=mark_removed_words(found.text))


def parts_of_source(request: ViewRequest, source: Source) -> list[str]:
    """Return the known parts of a source: document, paragraph, publisher, date."""
    parts, d = list[str](), request.view.document(source.document)
    if d:
        title = wording(request, d.title)
        parts.append(d.symbol or (title.text if title else request.label(d.kind)))
    if source.paragraph and (source.document or not source.cited_by):
        parts.append(paragraphs_in_words(request, [source.paragraph]))
    parts += [request.name(source.publisher)] if source.publisher else []
    return [*parts, *([request.language.format_date(source.date)] if source.date else [])]


def known_from(request: ViewRequest, source: Source, *, of: str | None, is_quoted: bool = False) -> list[str]:
    """Return ["as quoted in …"] if what is said of the document `of` is known only through another source, or else []."""
    _ = request.language.gettext
    place = None if source.document else source.paragraph
    cited = Source(document=source.cited_by, paragraph=place) if source.cited_by else source
    if cited.publisher and cited.document not in (
        None,
        of,
    ):  # it is known from two sources: one is not the publisher of the other
        each = (replace(cited, publisher=None, date=None), replace(cited, document=None, paragraph=None))
        return [words for one in each for words in known_from(request, one, of=of, is_quoted=is_quoted)]
    if cited.document == of or not (where := ", ".join(parts_of_source(request, cited))):
        return []
    if cited.document:
        return [_("as quoted in {source}", source=where) if is_quoted else _("as reported in {source}", source=where)]
    return [_("as quoted by {source}", source=where) if is_quoted else _("as reported by {source}", source=where)]


def translated_by(request: ViewRequest, r: Recommendation) -> list[str]:
    """Return words for each kind of translation in the quotation of `r`. An unofficial one has the name of who made it."""
    changes = [c for c in r.history if c.field in ("text", "parts", "closing")]
    by = max(changes, key=lambda c: c.recorded).recorded_for if changes else r.recorded_for
    origins = (found.origin for _label, text in r.quotation if (found := wording(request, text)))
    return [said for origin in dict.fromkeys(origins) if (said := translation(request, origin, by=by))]


def translation(request: ViewRequest, origin: TextOrigin, *, by: str | None) -> str:
    """Return what a footnote says of a translation, an unofficial one with the name of the organisation `by`; else ""."""
    if origin is TextOrigin.OWN_TRANSLATION:
        who = request.organisation_name(by) or request.language.resolve(request.view.settings.title).text
        return request.language.gettext("unofficial translation: {who}", who=who)
    return request.label(origin) if origin in (TextOrigin.OFFICIAL_TRANSLATION, TextOrigin.MACHINE) else ""


def mark_before(request: ViewRequest, origin: TextOrigin) -> str:
    """Return the words before a wording that is no quotation, such as "unofficial translation: ", else ""."""
    if origin in QUOTED_ORIGINS:
        return ""
    _ = request.language.gettext
    marks = {TextOrigin.OWN_TRANSLATION: _("unofficial translation"), TextOrigin.OWN: _("In summary")}
    return f"{marks.get(origin) or request.label(origin)}: "


def omission(request: ViewRequest, *texts: LocalText | None, reason: LocalText | None = None) -> str:
    """Return a sentence that explains the OMISSION_MARK in the wordings of texts, or "". `reason` is used if it explains it."""
    _, said = request.language.gettext, wording(request, reason)
    if not any(OMISSION_MARK in found.text for text in texts if (found := wording(request, text))):
        return ""
    if said and OMISSION_MARK in said.text:
        return f" {capitalize_first(said.text).rstrip('.')}."
    if has_removed_words(*filter(None, texts)):
        return " " + _("“[…]” stands for words that are left out to protect people.")
    return " " + _("“[…]” stands for words that are left out.")


def with_date(words: str, day: str) -> str:
    """Return what evidence shows with its day in brackets, which stands before the full stop."""
    return f"{words[:-1]}{day}." if day and words.endswith(".") else words + day


def evidence_words(request: ViewRequest, e: Evidence, title: str) -> str:
    """Return the words about an item of evidence: publisher, `title` or else its kind, date and identifier."""
    dated, who, what = e.published or e.happened, request.name(e.publisher), title or request.label(e.kind)
    parts = ["" if what.startswith(f"{who}:") else who, what, request.language.format_date(dated) if dated else ""]
    copy = request.language.gettext("archived copy") if e.archived and not e.link else ""
    return ", ".join(filter(None, [*parts, e.identifier, copy])) + "."


def digest_lines(request: ViewRequest, choice: Choice, record: Evidence | Document | None) -> tuple[str, ...]:
    """Return a line with name and SHA-256 for each public file of a record, if the choice is `with_files`."""
    if not choice.with_files or record is None or getattr(record, "private", None):
        return ()
    return tuple(f"{file.name}, SHA-256 {file.sha256}" for file in files_of(request.view, record) if not file.private)
