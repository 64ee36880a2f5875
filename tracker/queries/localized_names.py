"""Names and links in the language of a reader.

These are names of committees, rights, publishers and data files, and links to UN documents.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from tracker.i18n import Language
from tracker.model.labels import N_
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.registers import Document, TreatyBody
from tracker.model.vocabulary import SEPARATOR
from tracker.storage.word_templates import TEMPLATE_FOLDER
from tracker.storage.yaml.defaults import known_symbol_prefixes

UN_DOCUMENTS = "https://undocs.org/"
_FIRST_PARTS = sorted(
    {"A", "E", "S", "ST", "HRI", "HRC", *(start.partition("/")[0] for start in known_symbol_prefixes())}
)
UN_SYMBOL = re.compile(rf"(?:{'|'.join(_FIRST_PARTS)})(?:/[A-Za-z0-9.()-]+)+", re.ASCII)
"""Matches a symbol of the UN's document system, such as E/C.12/KGZ/CO/2-3."""


def public_link(document: Document) -> str:
    """Return the link of a document, or else the UN's address of its symbol, or "" if it has neither."""
    return document.link or address_of_symbol(document.symbol)


def address_of_symbol(symbol: str | None) -> str:
    """Return the UN's address of the document with this symbol, or "" if it is none of the UN's."""
    symbol = (symbol or "").strip()
    return UN_DOCUMENTS + symbol if UN_SYMBOL.fullmatch(symbol) else ""


UN_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
"""The official languages of the United Nations, in which its documents are published."""
UN_LINK = re.compile(
    rf"(?P<site>https?://(?:www\.)?(?:undocs\.org|docs\.un\.org))/(?:(?P<lang>{'|'.join(UN_LANGUAGES)})/)?(?P<symbol>\S+)",
    re.I,
)
ARTICLE = re.compile(r"(?P<treaty>.+?),? *(?:\b(?:arts?|articles?|ст|статья)\b\.?) *(?P<number>\d.*)", re.I)
"""Matches "ICESCR art. 12" and "МПЭСКП, ст. 12"."""
KYRGYZ_ARTICLE = re.compile(r"(?P<treaty>.+?),? +(?P<number>\d[^ ]*)-берене", re.I)
"""Matches "МПЭСКП, 12-берене"."""


def committee_abbreviation(body: TreatyBody, language: Language) -> str:
    """Return the abbreviation of a committee in the reader's language, such as КЭСКП, or its code if it has none."""
    return language.resolve(body.abbreviation).text if body.abbreviation else body.code


def right_in_words(right: str, bodies: Iterable[TreatyBody], language: Language) -> str:
    """Return a right, such as "ICESCR art. 12", in the language, or unchanged if its treaty belongs to none of `bodies`."""
    if found := _find_treaty_and_article(right, bodies):
        return language.gettext("{treaty} art. {number}", treaty=language.resolve(found[0]).text, number=found[1])
    return right


def normalize_right(typed: str, bodies: Iterable[TreatyBody], main: str) -> str:
    """Return a right as it is recorded: "ICESCR art. 12" for "МПЭСКП, ст. 12"; unchanged if its treaty is unknown."""
    found = _find_treaty_and_article(typed, bodies)
    return f"{Language('en', main).resolve(found[0]).text} art. {found[1]}" if found else typed


def is_article(right: str) -> bool:
    """Return whether a right is written as an article of a treaty, such as "ICESCR art. 12", and not in words."""
    return bool(KYRGYZ_ARTICLE.fullmatch(right.strip()) or ARTICLE.fullmatch(right.strip()))


def _find_treaty_and_article(right: str, bodies: Iterable[TreatyBody]) -> tuple[Mapping[str, TextVariant], str] | None:
    """Return (name of the treaty in all languages, number of the article) for a right, or None if it is not known."""
    if match := KYRGYZ_ARTICLE.fullmatch(right.strip()) or ARTICLE.fullmatch(right.strip()):
        for treaty in (body.treaty_abbreviation for body in bodies if body.treaty_abbreviation):
            if match["treaty"].casefold() in (variant.text.casefold() for variant in treaty.values()):
                return treaty, match["number"]
    return None


def publisher_in_words(publisher: str, names: Mapping[str, Mapping[str, str]], language: Language) -> str:
    """Return publishers, separated by "; ", in the reader's language. Those that are not in `names` stay unchanged."""

    def in_words(one: str) -> str:
        by_language = names.get(clean_input(one).casefold(), {})
        order = (language.code, *language.fallback, language.default)
        return next((by_language[code] for code in order if code in by_language), one)

    return SEPARATOR.join(map(in_words, publisher.split(SEPARATOR)))


def link_in_language(link: str, language: Language) -> str:
    """Return a link to a UN document, in the reader's first language that the UN uses, or in English. Keep all other links."""
    match = UN_LINK.fullmatch(link)
    lang = next((code for code in (language.code, *language.fallback) if code in UN_LANGUAGES), "en")
    if match is None or lang == (match["lang"] or "en"):  # without a language it opens in English
        return link
    return f"{match['site']}/{lang}/{match['symbol']}"


@dataclass(frozen=True, slots=True)
class FileDescription:
    """What a data file contains, for editors. `label` is a message to translate. `id` is the id of its record, or "".

    `page` is "recommendation", "evidence" or "document" if the file is about such a record, otherwise "".
    """

    label: str
    id: str = ""
    page: str = ""


FOLDERS = {
    "recommendations": FileDescription(N_("Recommendation"), page="recommendation"),
    "evidence": FileDescription(N_("Evidence"), page="evidence"),
    "documents": FileDescription(N_("Document"), page="document"),
    "notes": FileDescription(N_("Private notes"), page="recommendation"),
    "evidence_files": FileDescription(N_("Private files of evidence"), page="evidence"),
    "document_files": FileDescription(N_("Private files of a document")),
    TEMPLATE_FOLDER: FileDescription(N_("Word template")),
    "import-drafts": FileDescription(N_("Draft of an import")),
    "submission-drafts": FileDescription(N_("Draft of a submission")),
}
"""Folder → what a file in it contains, without the id. The name of such a file is the id of its record."""
FILE_LABELS = {
    "documents.yaml": N_("Documents"),
    "treaty_bodies.yaml": N_("Treaty bodies"),
    "tracker.yaml": N_("Settings of the tracker"),
    "safety.yaml": N_("Rules of the safety check"),
    "settled.yaml": N_("Dismissed findings of the safety check"),
}
OTHER_FILE = N_("Another file of the dashboard")


def describe_file(path: str | PurePath) -> FileDescription:
    """Return what the data file with this path, or the files in this folder, contain. The path may be absolute or relative."""
    path = PurePath(path)
    kind = FOLDERS.get(path.parent.name if path.suffix else path.name)
    if kind and path.suffix in ("", ".yaml", ".json", ".docx"):
        # a list of private entries has the name of the organisation after the id
        name = path.stem.partition(".")[0] if path.suffix == ".yaml" else path.stem
        return replace(kind, id=name if path.suffix in (".yaml", ".docx") else "")
    return FileDescription(FILE_LABELS.get(path.name, OTHER_FILE))
