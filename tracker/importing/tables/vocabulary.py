"""The fields that a spreadsheet can bring in, and the words by which headings and values are recognised.

General words are in vocabulary.yaml. The words of a dataset, such as labels of statuses and tags, names of committees
and titles of documents, are in an `ImportVocabulary`, which can be pickled. `render_import_template` makes the
spreadsheet in which editors type recommendations.
"""

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

import yaml

from tracker.i18n import LANGUAGES, Language
from tracker.model.fields import FIELDS, LOCALIZED, NOT_IN_SHEET, Field, FieldType, InSheet
from tracker.model.labels import N_
from tracker.model.localized_text import TextVariant
from tracker.model.organisations import Organisation
from tracker.model.records import Recommendation, Source
from tracker.model.registers import TaxonomyTerm
from tracker.model.vocabulary import Code, Direction, StateResponse, Status, Verification
from tracker.publishing.exports.csv_export import RECOMMENDATION_COLUMNS
from tracker.publishing.exports.xlsx_export import XLSX_MEDIA_TYPE, truncate_cell
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import RenderedFile
from tracker.queries.view import View
from tracker.storage.yaml.defaults import known_mechanism_names, known_mechanisms

SIMILAR_HEADING = 85
ONLY_KNOWN = InSheet(in_template=False, is_recorded=False)
TEMPLATE_END = ("status", "direction", "assessed", "reason", "source_link")
"""The last columns of the template: the assessment, and the link to its source."""
WORDS_OF_RECORD = ("title", "summary", "text")
"""The fields with the words of a recommendation, by which a row may be known. A row of a new recommendation has one."""
HOW_TO_NAME = N_(
    "No recommendation here fits. Name it by the document’s symbol and the paragraph, or by the link of its page."
)
SOURCE_FIELDS = ("state", "body", "symbol", "document", "reference")
"""The fields of a row that say from which State, committee or document it comes."""
ONE_BY_ONE = (*SOURCE_FIELDS, "source_link")
"""The fields whose unclear cells may name another document. Those of SOURCE_FIELDS cannot be left out."""
_FIELDS = (
    Field("number", N_("No."), most=120, sheet=InSheet(width=12, is_recorded=False)),
    *(field for kind in (Recommendation, Source) for field in FIELDS[kind] if field.sheet is not NOT_IN_SHEET),
    Field("organisation", N_("Assessed by"), sheet=InSheet(in_template=False)),
    Field("reference", N_("Reference"), sheet=InSheet(in_template=False)),
    Field("state", N_("State"), sheet=InSheet(in_template=False)),
    Field("concern", N_("Concern"), FieldType.TEXT, sheet=ONLY_KNOWN),
    Field("kind", N_("Type"), sheet=ONLY_KNOWN),
    Field("deadline", N_("Deadline"), FieldType.DATE, sheet=ONLY_KNOWN),
)
IMPORT_FIELDS: Mapping[str, Field] = {
    field.name: field for field in sorted(_FIELDS, key=lambda field: field.name in TEMPLATE_END)
}
"""A mapping: code of a field → the field. A field that is also in our export has the same code and heading there."""
SHEET_TEXTS = frozenset(name for name, field in IMPORT_FIELDS.items() if field.kind in LOCALIZED)
"""The fields with texts in several languages. A cell has a text in one of them."""
RECORDED_FIELDS = frozenset(name for name, field in IMPORT_FIELDS.items() if field.sheet.is_recorded)
"""The fields that a save records, or by which a row finds its document."""
SETS = tuple(name for name, field in IMPORT_FIELDS.items() if field.kind in (FieldType.TERMS, FieldType.NAMES))
"""The fields with several values, whose order does not matter."""
TEXTS_OF_RECORD = tuple(
    name for name in IMPORT_FIELDS if name in SHEET_TEXTS and name in Recommendation.__dataclass_fields__
)
_CODES_BY_WORD = ("statuses", "directions", "responses", "languages")
CODE_FIELDS = (
    *(name for name, field in IMPORT_FIELDS.items() if field.kind in (FieldType.CODE, FieldType.REFERENCE)),
    "symbol",  # it stands for the document
)
"""The fields with one code in each cell."""
TAG_FIELDS_IN_SHEETS = tuple(name for name, field in IMPORT_FIELDS.items() if field.kind is FieldType.TERMS)
"""The fields with several codes in each cell."""


def field_labels(language: Language) -> Mapping[str, str]:
    """Return a mapping: code of a field → its name in `language`, for the fields of imports and of our export."""
    labels = {column.name: column.label for column in RECOMMENDATION_COLUMNS}
    labels |= {name: field.label for name, field in IMPORT_FIELDS.items()}
    return {code: language.gettext(label) for code, label in labels.items()}


@dataclass(frozen=True, slots=True)
class SpreadsheetWords:
    """The contents of vocabulary.yaml. `private` finds headings of columns that may hold data of people.

    The keys of mappings are normalized, and so are `totals`. Other words are in small letters.
    """

    headings: Mapping[str, str]
    qualifiers: re.Pattern[str]
    joined: re.Pattern[str]
    private: re.Pattern[str]
    statuses: Mapping[str, str]
    directions: Mapping[str, str]
    responses: Mapping[str, str]
    totals: frozenset[str]
    marks: frozenset[str]
    no_marks: frozenset[str]
    languages: Mapping[str, str]
    uhri_keys: Mapping[str, str]
    reference_words: frozenset[str]
    government: frozenset[str]
    concerns: frozenset[str]
    recommendations: frozenset[str]


@cache
def spreadsheet_words() -> SpreadsheetWords:
    """Return the words of vocabulary.yaml. `headings` has those of our own export, too, in all languages."""
    # every value is text: "no" is a word and not false
    raw = yaml.load(Path(__file__).with_name("vocabulary.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    headings = _by_word(raw["headings"])
    ours = {heading: code for heading, code in own_headings().items() if code in IMPORT_FIELDS}
    endings = {True: r"\w*", False: ""}
    private = [re.escape(normalize_words(word.rstrip("*"))) + endings[word.endswith("*")] for word in raw["private"]]
    of = "|".join(raw["qualifiers"])
    return SpreadsheetWords(
        headings={**headings, **ours},
        qualifiers=re.compile(rf"^(?:(?:{of}) )+(?=.)|(?<=.)(?: (?:{of}))+$"),
        joined=re.compile(rf"(?<! )/(?! )|,|;|\s(?:{'|'.join(raw['joined'])})\s", re.I),
        private=re.compile(rf"(?<!\w)(?:{'|'.join(private)})(?!\w)"),
        totals=frozenset(map(normalize_words, raw["totals"])),
        marks=frozenset(word.casefold() for word in raw["marks"]),
        no_marks=frozenset(word.casefold() for word in raw["no_marks"]),
        reference_words=frozenset(raw["reference_words"]),
        government=frozenset(raw["government"]),
        concerns=frozenset(raw["concerns"]),
        recommendations=frozenset(raw["recommendations"]),
        **{name: _by_word(raw[name]) for name in _CODES_BY_WORD},
        uhri_keys=_by_word({key: [key, *words] for key, words in raw["uhri_keys"].items()}),
    )


@cache
def mechanism_words() -> Mapping[str, str]:
    """Return a mapping: normalized name → code, for all mechanisms that the program knows, also those not in the dataset."""
    bodies = known_mechanisms()
    return {normalize_words(name): bodies[id].code for id, names in known_mechanism_names().items() for name in names}


def is_concern(kind: str) -> bool:
    """Return whether a text in the column "Type" means a concern or an observation, and no recommendation."""
    found = spreadsheet_words()
    words = normalize_words(kind)
    return any(word in words for word in found.concerns) and not any(word in words for word in found.recommendations)


def _by_word(words_by_code: Mapping[str, list[str]]) -> dict[str, str]:
    return {normalize_words(word): code for code, words in words_by_code.items() for word in words}


@cache
def own_headings() -> Mapping[str, str]:
    """Return a mapping: heading of our own export → code of its column. Codes, and headings of all languages, are keys."""
    languages = [Language(code) for code in LANGUAGES]
    return {
        heading: column.name
        for column in RECOMMENDATION_COLUMNS
        for heading in (*(normalize_words(each.gettext(column.label)) for each in languages), column.name)
    }


REPLY = re.compile(r"\b(?:repl(?:y|ies|ied)|respon(?:se|ses|ded)|answer(?:s|ed)?|ответ(?:а|у|е|ом|ы|ов)?|жоо[пб]\w*)\b")
"""A word of a heading that names the State's reply: a date in its column is never that of an assessment."""


_DATE = re.compile(r"\b(?:date|дата|даты|датасы|күнү)\b")
_COMMITTEE = re.compile(
    r"\b(?:(?:sub)?committees?|spt|спт|rapporteurs?|(?:под)?комитет\w*|(?:спец)?докладчи\w+|баяндамачы\w*"
    r"|(?:un|united nations)(?: experts?)?(?: s)? (?:grad|assess|evaluat|rating)\w*|(?:оцен|балл)\w+ (?:экспертов )?оон)\b"
)
_RATES = re.compile(r"\b(?:grad\w+|mark|rating|assess\w+|evaluat\w+|оцен\w+|балл\w*|баа\w*)\b")
_RECOMMENDATIONS = re.compile(r"\b(?:recommendations?|рекомендаци\w+|сунуш\w*)\b")
"""In "Status of the Committee's recommendations", the committee says nothing of the status."""
_STATE = r"(?:state(?: party)?|government|cabinet)"
_STATE_RU = r"(?:государств\w*|правительств\w*|госорган\w*|кабинет\w*)"
_SAYS = r"(?:(?:self )?assess|rating|opinion|position|view|comment|repl|respon|answer)"
_SAYS_RU = r"(?:(?:само)?оцен\w+|мнени\w+|позици\w+|комментари\w+|ответ\w*)"
_STATES_WORD = re.compile(
    rf"\b{_STATE}(?: s)? {_SAYS}|\b{_SAYS}\w* (?:by|of|from) (?:the )?{_STATE}\b(?! (?:of|s)\b)"
    rf"|\baccording to (?:the )?{_STATE}\b|\b{_SAYS_RU} (?:от )?{_STATE_RU}|\b{_STATE_RU} {_SAYS_RU}"
    r"|\b(?:мамлекет|өкмөт)\w* (?:баа|жооб|жооп|пикир|позиция)"
)
_OF_ASSESSMENTS = ("", "status", "direction", "assessed", "reason")
WORDS_OF_OTHERS = {
    "committee": N_(
        "Not read: this is the committee's word. It is recorded with the document of the committee in which it stands."
    ),
    "state": N_("Not read: this is the State's word. It is added under the recommendation, with its source."),
    "reply-date": N_("Not read: this is the date of the State's reply. A recommendation has no field for it."),
}
"""A mapping: whose word a column is, and so nobody else's assessment → a sentence for the editor."""


def speaker_of_column(heading: str, field: str, *, is_chosen: bool) -> str:
    """Return the key in WORDS_OF_OTHERS of a column that `field` must not make an organisation's word, or "".

    What an editor chose is no such word only if it is none of an assessment.
    """
    words, field = normalize_words(heading), field.partition(":")[0]
    if REPLY.search(words) and _DATE.search(words) and field in ("", "assessed", "response", "reason"):
        return "" if is_chosen else "reply-date"
    if is_chosen and not field:
        return ""
    bodies = {code for name, code in mechanism_words().items() if f" {name} " in f" {words} "} - {"UPR"}
    is_about_recommendations = _RECOMMENDATIONS.search(words) and not _RATES.search(words)
    if (_COMMITTEE.search(words) or bodies) and not is_about_recommendations:
        is_rated = field == "body" and _RATES.search(words)
        return "committee" if is_rated or field in (*_OF_ASSESSMENTS, "response") else ""
    return "state" if _STATES_WORD.search(words) and field in _OF_ASSESSMENTS else ""


def split_language(heading: str) -> tuple[str, str]:
    """Return the normalized heading without a language at its start or end, and the code of that language or ""."""
    words = normalize_words(heading)
    for word, code in sorted(spreadsheet_words().languages.items(), key=lambda item: -len(item[0])):
        for rest in (words.removesuffix(f" {word}"), words.removeprefix(f"{word} ")):
            if rest != words:
                return rest.strip(), code
    return words, ""


def mean_several(heading: str) -> bool:
    """Return whether a heading joins known headings of different fields, such as "Status and comment"."""
    known, joined = spreadsheet_words().headings, spreadsheet_words().joined
    fields = {known.get(normalize_words(part)) for part in joined.split(heading)} - {None}
    return len(fields) > 1 and normalize_words(heading) not in known


def field_of_similar_heading(words: str) -> str:
    """Return the field of a known heading that `words` contain (the longest) or misspell, or ""."""
    if re.search(r"\b(?:id|ид)\b", words):
        return ""  # "Recommendation ID" has no words of a recommendation
    # a heading in which "State" is one word of several is seldom the name of a State
    known = {word: field for word, field in spreadsheet_words().headings.items() if field != "state"}
    inside = [word for word in known if len(word) >= 4 and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", words)]
    if inside:
        return known[max(inside, key=len)]
    if len(words) < 5:
        return ""
    from rapidfuzz import fuzz, process

    found = process.extractOne(words, list(known), scorer=fuzz.ratio, score_cutoff=SIMILAR_HEADING)
    return known[found[0]] if found else ""


def organisation_in(written: str, known: Iterable[Organisation]) -> str:
    """Return the id of the organisation in a cell: its name, its abbreviation, or both, one in brackets. Return "" if none."""
    found = [one.id for one in known if _forms(written) & {_look(name) for name in (one.id, *one.names)}]
    return found[0] if len(found) == 1 else ""


def mechanism_in(written: str) -> str:
    """Return the id of the committee, or of another mechanism that the tracker knows, that a cell names; "" if none."""
    plain = re.sub(r"(?i)(?<!\w)(?:UN|United Nations|ООН|БУУ)(?!\w)", " ", written)
    forms = _forms(written) | _forms(plain)
    return next((id for id, names in known_mechanism_names().items() if forms & set(map(_look, names))), "")


def _forms(written: str) -> set[str]:
    return {_look(form) for form in (written, *re.split(r"[()]", written)) if form.strip()}


def mentions_several(written: str, known: Iterable[Organisation]) -> bool:
    """Return whether a cell has the name of an organisation among other words: it may name another one, too."""
    names = [name for one in known for name in one.names]
    return not organisation_in(written, known) and _has_any(written, names)


def _has_any(written: str, names: Iterable[str]) -> bool:
    words = f" {_look(written)} "
    return any(f" {name} " in words for name in map(_look, names) if name)


_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LATIN = str.maketrans("асеіјорхуѕкмтнв", "aceijopxyskmthb")
"""Small Cyrillic letters that look like Latin ones, also as capitals."""


def _look(text: str) -> str:
    """Return normalized words in which letters that look alike are the same: a name in two alphabets names the same."""
    return normalize_words(text).translate(_LATIN)


def normalize_words(text: str) -> str:
    """Return a text in small letters, without punctuation and leading number, е for ё. Codes of columns stay."""
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("ё", "е")
    if re.fullmatch(r"[a-z]+(_[a-z]+)+", folded):
        return folded  # the code of a column
    numbered = re.sub(r"^\s*(?:\d{1,2}|[ivx]{1,4})[.)]\s+", "", folded)
    words = re.sub(r"[^\w№#]+", " ", numbered.replace("_", " ")).strip()
    return words or numbered.strip()


@dataclass(frozen=True, slots=True)
class ImportVocabulary:
    """What words mean in this dataset: `codes` maps field → word → code, `labels` maps field → code → label.

    `origin` is the start of the addresses of this tracker; without one, no address names a recommendation.
    """

    codes: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Mapping[str, str]]
    state: tuple[str, ...]
    origin: str = ""

    def names_organisation(self, text: str) -> bool:
        """Return whether a short cell is the name of an organisation of the tracker, or has one among other words."""
        return len(text) <= 80 and _has_any(text, self.codes.get("organisation", ()))

    @classmethod
    def from_view(cls, view: View, language: Language, origin: str = "") -> Self:
        """Return the words of the dataset in `view`. The labels are in `language`."""
        settings, known = view.settings, spreadsheet_words()
        names = {
            "status": [(status.value, display.label) for status, display in settings.statuses.items()],
            "themes": [(term.id, term.label) for term in settings.themes],
            "groups": [(term.id, term.label) for term in settings.groups],
            "body": [(body.id, body.name) for body in view.bodies.values()],
            "document": [(document.id, document.title) for document in view.documents.values()],
            "organisation": [(o.id, n) for o in settings.organisations for n in (o.name, o.abbreviation) if n],
        }
        codes: dict[str, dict[str, str]] = {field: dict(_words_and_codes(pairs)) for field, pairs in names.items()}
        for field, terms in (("themes", settings.themes), ("groups", settings.groups)):
            codes[field] = {**_keywords_and_synonyms(terms, codes[field], settings.synonyms), **codes[field]}
        codes["status"] = {**known.statuses, **codes["status"]}
        former = {normalize_words(name): o.id for o in settings.organisations for name in o.other_names}
        codes["organisation"] = {**former, **codes["organisation"]}
        ids = {body.code.casefold(): body.id for body in view.bodies.values()}
        others = {name: ids[code.casefold()] for name, code in mechanism_words().items() if code.casefold() in ids}
        codes["body"] = {**others, **codes["body"], **{normalize_words(code): id for code, id in ids.items()}}
        several = Counter(
            word for d in view.documents.values() for word in {normalize_words(t.text) for t in d.title.values()}
        )
        # a title that several documents have names none of them
        codes["document"] = {word: code for word, code in codes["document"].items() if several[word] < 2}
        codes["document"] |= {normalize_words(d.symbol): d.id for d in view.documents.values() if d.symbol}
        codes["symbol"] = codes["document"]
        codes["recommendation"] = {id.casefold(): id for id in view.recommendations}
        numbers = {id: id.casefold().rpartition("-")[2] for id in view.recommendations}
        alone = {number for number, n in Counter(numbers.values()).items() if n == 1}
        codes["own_number"] = {n: id for id, n in numbers.items() if n in alone and re.fullmatch(r"[a-z]+\d+", n)}
        codes["direction"] = {**known.directions, **_words_of_enum(Direction)}
        codes["verification"] = _words_of_enum(Verification)
        codes["response"] = {**known.responses, **_words_of_enum(StateResponse)}
        labels = {field: {code: language.resolve(label).text for code, label in ones} for field, ones in names.items()}
        labels["status"].pop(Status.DIFFER, None)  # it follows from assessments, nobody gives it
        labels["body"] = {body.id: body.code for body in view.bodies.values()}
        labels["document"] |= {d.id: d.symbol for d in view.documents.values() if d.symbol}
        labels["symbol"] = labels["document"]
        for field, kind in (("direction", Direction), ("verification", Verification), ("response", StateResponse)):
            labels[field] = {code: language.gettext(code.label) for code in kind}
        return cls(codes, labels, tuple(t.text for one in view.states for t in one.name.values()), origin)

    def code(self, field: str, written: str) -> str:
        """Return the code that a written word means in a field, or ""."""
        return self.codes.get(field, {}).get(normalize_words(written), "")

    def recommendation(self, written: str, *, by_number: bool = False) -> str:
        """Return the id of the recommendation that a cell names by this id or the address of its page, or "".

        With `by_number`, its own number is enough: "R1" for ngo-2024-r1, if no other id ends with it.
        """
        written = written.strip()
        site, _, query = written.partition("/recommendation?")
        lasting_site, _, path = written.partition("/r/")
        if query or path:
            name = parse_qs(query.partition("#")[0]).get("id", [""])[0] or re.split("[?#/]", path)[0]
            site = site if query else lasting_site
            return name if self.origin == site and name in self.codes["recommendation"].values() else ""
        name = written.casefold()
        numbers = self.codes.get("own_number", {}) if by_number else {}
        return self.codes.get("recommendation", {}).get(name) or numbers.get(name, "")

    def label(self, field: str, code: str) -> str:
        """Return the label of a code in the language of the editor; the code itself if it has none."""
        return self.labels.get(field, {}).get(code, code)


def _words_and_codes(pairs: list[tuple[str, Mapping[str, TextVariant]]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of a normalized word and its code: first the labels of the codes, then the codes."""
    yield from ((normalize_words(text.text), str(code)) for code, label in pairs for text in label.values())
    yield from ((normalize_words(str(code)), str(code)) for code, _label in pairs)


def _keywords_and_synonyms(
    terms: Iterable[TaxonomyTerm], labels: Mapping[str, str], synonyms: Iterable[Iterable[str]]
) -> dict[str, str]:
    """Return a mapping: normalized keyword or synonym → id of a theme or group. Words that mean several are left out."""
    found: dict[str, set[str]] = {}
    for term in terms:
        for word in map(normalize_words, term.keywords):
            found.setdefault(word, set()).add(term.id)
    known = {**{word: {code} for word, code in labels.items()}, **found}
    for group in synonyms:
        words = [normalize_words(word) for word in group]
        meant = {code for word in words for code in known.get(word, ())}
        for word in words:
            found.setdefault(word, set()).update(meant)
    return {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1}


def _words_of_enum(kind: type[Code]) -> dict[str, str]:
    """Return a mapping: normalized word → code. The words are the codes themselves, and their labels in all languages."""
    words = {normalize_words(str(code)): str(code) for code in kind}
    for language in LANGUAGES:
        words |= {normalize_words(Language(language).gettext(code.label)): str(code) for code in kind}
    return words


TEMPLATE_ROWS = 500
"""The number of rows in which the template offers the lists of allowed values."""
STRICT_LISTS = ("status", "direction")
"""The fields in which the template accepts only values of their list."""


def render_import_template(request: ViewRequest) -> RenderedFile:
    """Return the template for imports (.xlsx) in the language of the request, as a download."""
    body = template_workbook(ImportVocabulary.from_view(request.view, request.language), request.language)
    return RenderedFile(body, XLSX_MEDIA_TYPE, "recommendations.xlsx")


def template_workbook(vocabulary: ImportVocabulary, language: Language) -> bytes:
    """Return the template as the bytes of an .xlsx file, in `language`. Equal arguments give equal bytes."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # here, as for the export
    from xlsxwriter.utility import xl_range_abs  # type: ignore[import-untyped]

    _ = language.gettext
    raw = io.BytesIO()
    # in memory: temporary files would leave data on the disk
    book = Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": _("Template for recommendations"), "created": datetime(2000, 1, 1)})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#E8ECEF", "bottom": 1, "valign": "top", "text_wrap": True}),
        "text": book.add_format({"valign": "top", "text_wrap": True, "num_format": "@"}),
        "example": book.add_format({"valign": "top", "text_wrap": True, "italic": True, "font_color": "#5A6068"}),
    }
    sheet, lists = book.add_worksheet(_("Recommendations")[:31]), book.add_worksheet(_("Allowed values")[:31])
    fields = [field for field in IMPORT_FIELDS.values() if field.sheet.in_template]
    example = _example_row(vocabulary, language)
    lists_used = 0
    for x, field in enumerate(fields):
        sheet.set_column(x, x, field.sheet.width, styles["text"])
        sheet.write_string(0, x, _(field.label), styles["head"])
        sheet.write_string(1, x, truncate_cell(example.get(field.name, "")), styles["example"])
        labels = list(dict.fromkeys(vocabulary.labels.get(field.name, {}).values()))
        rule: dict[str, Any] = {"validate": "any"}
        if field.sheet.hint:
            rule |= {"input_title": _(field.label)[:32], "input_message": _(field.sheet.hint)[:255]}
        if labels:
            lists.set_column(lists_used, lists_used, 40, styles["text"])
            lists.write_string(0, lists_used, _(field.label), styles["head"])
            lists.write_column(1, lists_used, map(truncate_cell, labels), styles["text"])
            source = f"='{lists.get_name().replace(chr(39), chr(39) * 2)}'!{xl_range_abs(1, lists_used, len(labels), lists_used)}"
            error = _("Choose a value from the list.")
            rule |= {"validate": "list", "source": source, "error_message": error}
            rule["show_error"] = field.name in STRICT_LISTS
            lists_used += 1
        if len(rule) > 1:
            sheet.data_validation(1, x, TEMPLATE_ROWS, x, rule)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    book.close()
    return raw.getvalue()


def _example_row(vocabulary: ImportVocabulary, language: Language) -> dict[str, str]:
    """Return a mapping: code of a field → text of its cell in the example row."""
    _ = language.gettext
    first = {field: next(iter(vocabulary.labels[field].values()), "") for field in ("symbol", "themes", "groups")}
    return {
        **first,
        "number": _("Example: delete this row"),
        "paragraph": "36 (c)",
        "title": _("Publish the statistics every year"),
        "summary": _("The State should publish the statistics every year, by sex, age and region."),
        "rights": "ICESCR 12",
        "authorities": _("Ministry of Health"),
        "status": vocabulary.label("status", Status.PARTIALLY.value),
        "direction": vocabulary.label("direction", Direction.FORWARD.value),
        "assessed": "2026-03-18",
        "reason": _("The statistics were published once. There is no rule that they are published every year."),
        "source_link": "https://example.org/report",
    }
