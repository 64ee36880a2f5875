"""The table of all fields that people see: one row for each field, with its label, its type and its uses.

The history, the search, the exports, the import of tables, the translation queue and the JSON Schemas read this table.
The safety check scans every text that is not a code. Widgets, rules and computed columns are in other modules.

Every translated text of a record has a path. This is the name of a field ("summary"), of a field inside a field
("source/note"), of a part ("parts/a"), or of a text of a recorded item
("assessments/2026-01-31T12:00:00.000000Z/reason").
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Flag, StrEnum, auto
from functools import cache
from typing import Any

from tracker.model import records
from tracker.model import vocabulary as codes
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Record
from tracker.model.labels import N_
from tracker.model.localized_text import MAX_TEXT_LENGTH, LocalizedText, TextVariant
from tracker.model.organisations import Organisation
from tracker.model.registers import Deadline, Document, FollowUp, FollowUpRound, Grade, Scale, TaxonomyTerm, TreatyBody
from tracker.model.states import State


class FieldType(StrEnum):
    """The type of the value of a field.

    TEXT and QUOTE have several languages: TEXT is our own and is translated, QUOTE is somebody else's and is not.
    SHORT is a short value, such as a number or a symbol. REFERENCE is one id of a record, or several. TERMS are ids
    of themes or groups. GROUP is one value with fields of its own, LIST has several of these. ITEMS is a list in
    which each item has its own recorded time. KEPT is written by the tracker itself, such as the history of a record.
    """

    TEXT = "text"
    QUOTE = "quote"
    LINE = "line"
    SHORT = "short"
    CODE = "code"
    REFERENCE = "reference"
    TERMS = "terms"
    NAMES = "names"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    FLAG = "flag"
    LINK = "link"
    GROUP = "group"
    LIST = "list"
    ITEMS = "items"
    ID = "id"
    KEPT = "kept"


K = FieldType
LOCALIZED = (K.TEXT, K.QUOTE)
UNVERSIONED_KINDS = (K.ID, K.TIME, K.ITEMS, K.KEPT)


class ValueKind(StrEnum):
    """The kind of the values in a column of an export. It decides the width and format of the column."""

    CODE = "code"
    TEXT = "text"
    LONG = "long"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    FLAG = "flag"
    LINK = "link"


V = ValueKind


class Use(Flag):
    """How a field is used.

    EXPORTED: the field is a column of the exports. BY_DEFAULT: it is a column even if the reader chooses no columns.
    SEARCHED: the search finds words of the field. SHOWN: the page of the record shows the field below its label.
    """

    NONE = 0
    EXPORTED = auto()
    BY_DEFAULT = auto()
    SEARCHED = auto()
    SHOWN = auto()


EXPORTED, SEARCHED, SHOWN = Use.EXPORTED, Use.SEARCHED, Use.SHOWN
FOUND = EXPORTED | SEARCHED
DEFAULT = EXPORTED | Use.BY_DEFAULT
"""FOUND and DEFAULT are the combinations that most rows of the table need."""


@dataclass(frozen=True, slots=True)
class InSheet:
    """How a field is read from an imported spreadsheet.

    `hint` is the text below the heading in our template, `width` the width of the column in characters. What
    False means: only other spreadsheets may have the field (`in_template`), its values are not saved (`is_recorded`),
    and a changed cell in an edited export does not change it (`is_edited`).
    """

    hint: str = ""
    width: int = 18
    in_template: bool = True
    is_recorded: bool = True
    is_edited: bool = True


NOT_IN_SHEET = InSheet(in_template=False, is_recorded=False, is_edited=False)
OTHER_SHEETS = InSheet(in_template=False, is_edited=False)
"""For fields that are not in our template. They are read from other spreadsheets, and only for new recommendations."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type of record, or one column that only the exports have, because they compute its values.

    `of` is the class of its codes, of its items, or of the records to which it refers. `most` is the largest
    number of characters. `cell` is the kind of the column in exports, if it does not follow from `kind`.
    """

    name: str
    label: str
    kind: FieldType = K.SHORT
    of: type[Any] | None = None
    use: Use = Use.NONE
    most: int = MAX_TEXT_LENGTH
    cell: ValueKind | None = None
    sheet: InSheet = NOT_IN_SHEET

    @property
    def value_kind(self) -> ValueKind:
        """Return the kind of the values in the column of this field: `cell`, or else what follows from `kind`."""
        if self.kind in LOCALIZED and not self.cell:
            return V.TEXT if self.most <= 500 else V.LONG
        return self.cell or VALUE_KINDS.get(self.kind, V.CODE)


VALUE_KINDS = {K.LINE: V.TEXT, K.ITEMS: V.LONG, K.LIST: V.LONG} | {
    FieldType(kind.value): kind for kind in ValueKind if kind not in (V.CODE, V.TEXT, V.LONG)
}
_FROM_LIST = N_("From the list; several with a semicolon between them")
_AS_DATE = InSheet(N_("Date, as precise as you know it"), 14)
_AS_AUTHORITIES = InSheet(N_("Institutions, no names of people"), 28, is_edited=False)
_AS_LINK = InSheet(N_("Begins with https://"), 32)
_AS_QUOTE = InSheet(N_("The exact words of the document, if you read it"), 60)
_AS_REASON = InSheet(N_("Why this status: what was done, what is missing"), 50)
_AS_SYMBOL = InSheet(N_("The UN symbol of the document, or its title if it has none"), is_edited=False)

_ADDED = Field("recorded", N_("Recorded"), K.TIME, use=EXPORTED)
_AUTHORITIES = Field("authorities", N_("Responsible authorities"), K.NAMES, of=records.Authority, use=EXPORTED)
_BODY = Field("body", N_("Committee"), K.REFERENCE, of=TreatyBody, use=EXPORTED)
_CHECKED = Field("verification", N_("How it was checked"), K.CODE, of=codes.Verification, use=EXPORTED)
_CONTESTED = Field("contested", N_("Contested by"), use=EXPORTED, cell=V.LONG)
_DATE = Field("date", N_("Date"), K.DATE, use=EXPORTED)
_DOCUMENT = Field("document", N_("Document"), K.REFERENCE, of=Document, use=EXPORTED)
_DOCUMENT_DATE = Field("date", N_("Date of the document"), K.DATE, use=EXPORTED)
_ENTERED = tuple(
    Field(name, label, K.REFERENCE, of=Organisation, use=DEFAULT)
    for name, label in (
        ("entered_by", N_("Entered in the tracker by")),
        ("changed_by", N_("Changed in the tracker by")),
        ("read_by", N_("Source read by")),
    )
)
"""The columns that are worked out by `tracker.queries.quotations.whose_word`."""
_EVIDENCE = Field("evidence", N_("Evidence"), K.REFERENCE, of=records.Evidence, use=EXPORTED, cell=V.LONG)
_FILES = Field("files", N_("Files"), K.ITEMS, of=AttachedFile, use=EXPORTED)
_ID = Field("id", N_("Id in the tracker"), K.ID, use=FOUND)
_LINK = Field("link", N_("Link"), K.LINK, use=EXPORTED)
_NOTE = Field("note", N_("Note"), K.TEXT, use=FOUND)
_ORIGINAL = Field("original", N_("Original record"), K.LINK, use=EXPORTED)
_PARAGRAPH = Field("paragraph", N_("Paragraph"), most=120, use=EXPORTED)
_PARTS_READ = Field("parts_read", N_("What was read"), K.TEXT, most=500)
_RESPONSE = Field("response", N_("Position of the State"), K.CODE, of=codes.StateResponse, use=FOUND)
_SOURCE = Field("source", N_("Source"), K.GROUP, of=records.Source)
_SOURCE_LINK = Field("source_link", N_("Link to the source"), K.LINK, use=EXPORTED)
_STATE_PARTY = Field("state_party", N_("State party"), K.REFERENCE, of=State, use=EXPORTED, cell=V.CODE)
_SUMMARY = Field("summary", N_("Summary"), K.TEXT, use=FOUND)
_SYMBOL = Field("symbol", N_("Symbol"), use=FOUND)
_TAGS = Field("tags", N_("Tags"), K.LIST, of=records.TagSet)
_THEMES = Field("themes", N_("Themes"), K.TERMS, of=TaxonomyTerm, use=EXPORTED)
_TITLE = Field("title", N_("Title"), K.TEXT, use=FOUND, most=300)
_VERSION = Field("version", N_("Version (needed to import edits; do not change)"), K.KEPT)
_KEPT = tuple(Field(name, "", K.KEPT) for name in ("recorded_by", "recorded_for", "events", "history", "private"))
"""The fields that the tracker itself writes. They have no label, because nobody sees them."""

FIELDS: Mapping[type[Any], tuple[Field, ...]] = {
    records.Recommendation: (
        replace(_ID, use=DEFAULT | SEARCHED),
        Field("issued_by", N_("Who asks"), K.CODE, of=codes.Issuer, use=DEFAULT),
        Field("issuer", N_("Asked by"), K.LINE, use=EXPORTED),
        _STATE_PARTY,
        replace(_BODY, use=DEFAULT, sheet=OTHER_SHEETS),
        replace(_DOCUMENT, sheet=OTHER_SHEETS),
        replace(_SYMBOL, use=DEFAULT, sheet=_AS_SYMBOL),
        replace(_PARAGRAPH, use=DEFAULT | SEARCHED, sheet=InSheet(N_("As in the document, such as 36 (c)"), 12)),
        replace(_DOCUMENT_DATE, name="document_date", use=DEFAULT, sheet=OTHER_SHEETS),
        replace(_TITLE, use=DEFAULT | SEARCHED, sheet=InSheet(N_("A few words that name the recommendation"), 32)),
        replace(_SUMMARY, use=DEFAULT | SEARCHED, sheet=InSheet(N_("What is asked for, in your own words"), 50)),
        Field("text", N_("Text as quoted"), K.QUOTE, use=FOUND, sheet=_AS_QUOTE),
        Field("parts", N_("Its parts"), K.LIST, of=records.Part, use=EXPORTED),
        Field("closing", N_("Text after the parts"), K.QUOTE, use=EXPORTED | SEARCHED | SHOWN),
        Field(
            "expected_action",
            N_("What would count as implemented"),
            K.TEXT,
            use=EXPORTED | SEARCHED | SHOWN,
            sheet=InSheet(N_("What the State has to do for this, in your own words"), 50),
        ),
        Field("recommending_states", N_("Recommending States"), K.NAMES, use=FOUND, cell=V.TEXT, sheet=OTHER_SHEETS),
        replace(_RESPONSE, sheet=OTHER_SHEETS),
        replace(_CHECKED, sheet=InSheet(in_template=False)),
        replace(_PARTS_READ, use=SEARCHED),
        Field("status", N_("Status"), K.CODE, of=codes.Status, use=DEFAULT, sheet=InSheet(N_("From the list"), 24)),
        Field("status_label", N_("Status in words"), use=DEFAULT),
        Field(
            "direction", N_("Direction"), K.CODE, of=codes.Direction, use=DEFAULT, sheet=InSheet(N_("From the list"))
        ),
        Field("assessed", N_("Assessed"), K.DATE, use=DEFAULT, sheet=_AS_DATE),
        Field("checked", N_("Last reviewed"), K.DATE, use=EXPORTED),
        Field("stale", N_("Assessment out of date"), K.FLAG, use=DEFAULT),
        Field("second_reader", N_("Awaiting a second review"), K.FLAG, use=EXPORTED),
        Field("organisation", N_("Assessed by"), K.REFERENCE, of=Organisation, use=DEFAULT),
        replace(_CONTESTED, use=DEFAULT),
        Field("reason", N_("Reason for the assessment"), K.TEXT, use=DEFAULT, sheet=_AS_REASON),
        Field("state_status", N_("The State's claim (our classification)"), K.CODE, of=codes.Status, use=DEFAULT),
        Field("state_reason", N_("What the State says"), K.TEXT, use=DEFAULT),
        Field("state_date", N_("Date of the State's statement"), K.DATE, use=EXPORTED),
        Field("state_entry_of", N_("The State's statement entered by"), use=EXPORTED),
        Field("grade", N_("The committee's grade"), use=DEFAULT),
        Field("grade_entry_of", N_("The grade entered by"), use=EXPORTED),
        Field("grade_date", N_("Date of the grade"), K.DATE, use=EXPORTED),
        Field("claim_gap", N_("Gap to the State's claim, in steps"), K.NUMBER, use=DEFAULT),
        replace(_THEMES, use=DEFAULT, sheet=InSheet(_FROM_LIST, 30)),
        Field("groups", N_("Groups"), K.TERMS, of=TaxonomyTerm, use=EXPORTED, sheet=InSheet(_FROM_LIST, 30)),
        Field("rights", N_("Rights"), K.NAMES, use=EXPORTED, sheet=InSheet(N_("Treaty and article, such as ICCPR 7"))),
        Field("sdg", N_("SDG targets"), K.NAMES, use=EXPORTED, sheet=InSheet(in_template=False)),
        replace(_AUTHORITIES, cell=V.TEXT, sheet=_AS_AUTHORITIES),
        Field("assessments", N_("Assessment"), K.ITEMS, of=records.Assessment),
        Field("same_demand", N_("Same demand"), K.ITEMS, of=records.SameDemand, use=EXPORTED),
        Field("uptake", N_("Taken up by the committee"), K.ITEMS, of=records.Uptake, use=EXPORTED),
        _EVIDENCE,
        replace(_FILES, label=N_("Files of the evidence")),
        Field("evidence_count", N_("Number of evidence items"), K.NUMBER, use=DEFAULT),
        Field("setbacks", N_("Evidence of setbacks"), K.NUMBER, use=EXPORTED),
        Field("progress", N_("Evidence of progress"), K.NUMBER, use=EXPORTED),
        *_ENTERED,
        _ADDED,
        _SOURCE,
        _TAGS,
        replace(_SOURCE_LINK, sheet=_AS_LINK),
        Field("permalink", N_("Permanent link"), K.LINK, use=DEFAULT),
        _ORIGINAL,
        replace(_VERSION, use=DEFAULT),
        *_KEPT,
    ),
    records.Assessment: (
        Field(
            "recommendation", N_("Recommendation"), K.REFERENCE, of=records.Recommendation, use=EXPORTED, cell=V.TEXT
        ),
        _STATE_PARTY,
        _BODY,
        Field("part", N_("Part"), use=EXPORTED),
        Field("scope", N_("What the grade is for"), use=EXPORTED),
        Field("voice", N_("Voice"), K.CODE, of=codes.Voice, use=EXPORTED),
        Field("organisation", N_("Assessed by"), K.REFERENCE, of=Organisation, use=EXPORTED, cell=V.TEXT),
        Field("assessor", N_("Speaker of the State or the committee"), K.TEXT, use=EXPORTED, most=500),
        Field("status", N_("Status"), K.CODE, of=codes.Status, use=EXPORTED),
        Field("grade", N_("The committee's grade"), use=EXPORTED),
        Field("direction", N_("Direction"), K.CODE, of=codes.Direction, use=EXPORTED),
        _DATE,
        Field("reason", N_("Reason for the assessment"), K.TEXT, use=EXPORTED),
        _CHECKED,
        Field("second_reader", N_("Awaiting a second review"), K.FLAG, use=EXPORTED),
        _CONTESTED,
        Field("entry_of", N_("Entered by"), use=EXPORTED),
        replace(_SOURCE, use=EXPORTED, cell=V.TEXT),
        _SOURCE_LINK,
        _EVIDENCE,
        _ADDED,
    ),
    records.Evidence: (
        _TITLE,
        Field("kind", N_("Kind of source"), K.CODE, of=codes.EvidenceKind, use=EXPORTED),
        Field("publisher", N_("Publisher"), K.LINE, use=FOUND, most=500),
        Field("happened", N_("When it happened"), K.DATE, use=EXPORTED),
        Field("published", N_("When it was published"), K.DATE, use=EXPORTED),
        _SUMMARY,
        Field("dimension", N_("What is it about?"), K.CODE, of=codes.EvidenceDimension, use=EXPORTED),
        _CHECKED,
        _CONTESTED,
        _STATE_PARTY,
        Field("relevant_to", N_("Relevant to"), K.ITEMS, of=records.EvidenceLink, use=EXPORTED),
        _DOCUMENT,
        Field("identifier", N_("Identifier"), use=FOUND),
        _THEMES,
        _LINK,
        Field("archived", N_("Archived copy"), K.LINK, use=EXPORTED),
        _FILES,
        _ID,
        _ORIGINAL,
        *_ENTERED,
        _ADDED,
        _TAGS,
        _VERSION,
        *_KEPT,
    ),
    Document: (
        _TITLE,
        _SYMBOL,
        _BODY,
        _STATE_PARTY,
        Field("state", N_("State party"), K.CODE),
        Field("kind", N_("Kind of document"), K.CODE, of=codes.DocumentKind, use=EXPORTED),
        Field("authors", N_("Authors"), K.LINE, use=FOUND, most=500),
        Field("cycle", N_("Reporting cycle"), use=FOUND),
        Field("original_language", N_("Language of the original"), use=EXPORTED),
        _DOCUMENT_DATE,
        Field("due", N_("Due"), K.DATE, use=EXPORTED),
        Field("received", N_("Received"), K.DATE),
        Field("considered", N_("Considered"), K.DATE),
        Field("adopted", N_("Adopted"), K.DATE),
        Field("issued", N_("Issued"), K.DATE),
        _CHECKED,
        _PARTS_READ,
        Field("recommendations", N_("Number of recommendations"), K.NUMBER, use=EXPORTED),
        Field("citations", N_("How often it is cited here"), K.NUMBER, use=EXPORTED),
        _NOTE,
        _LINK,
        _FILES,
        _ID,
        _ORIGINAL,
        *_ENTERED,
        replace(_ADDED, use=Use.NONE),
        Field("follow_up", N_("Follow-up"), K.GROUP, of=FollowUp),
        Field("scale", N_("Grading scale"), K.GROUP, of=Scale),
        Field("deadlines", N_("Deadlines"), K.LIST, of=Deadline),
        _VERSION,
        *_KEPT,
    ),
    Deadline: (
        _BODY,
        _STATE_PARTY,
        Field("what", N_("What is due"), K.LINE, use=EXPORTED),
        _DATE,
        Field("state", N_("Where it stands"), K.CODE, of=codes.DeadlineState, use=EXPORTED),
        Field("done", N_("Done on"), K.DATE, use=EXPORTED),
        Field("met_by", N_("Done by which document"), K.REFERENCE, of=Document, use=EXPORTED),
        _DOCUMENT,
        replace(_SOURCE, kind=K.REFERENCE, of=Document, use=EXPORTED),
        _PARAGRAPH,
        Field("sentence", N_("The committee's sentence"), K.QUOTE, use=EXPORTED),
        _CHECKED,
        *_ENTERED,
        Field("kind", N_("Kind"), K.CODE, of=codes.DeadlineKind),
        Field("set_by", N_("Whose date it is"), K.CODE, of=codes.DateSetBy),
    ),
    records.Source: (
        _DOCUMENT,
        _PARAGRAPH,
        Field("publisher", N_("Publisher"), K.LINE, most=500, sheet=OTHER_SHEETS),
        _LINK,
        _DATE,
        Field("cited_by", N_("Cited by"), K.REFERENCE, of=Document),
        _NOTE,
    ),
    FollowUp: (
        _CHECKED,
        _SOURCE,
        _NOTE,
        Field("no_submission", N_("Why no submission will be sent on the follow-up"), K.TEXT),
        Field("rounds", N_("Rounds"), K.LIST, of=FollowUpRound),
    ),
    FollowUpRound: (
        _CHECKED,
        Field("reply", N_("The State's reply"), K.REFERENCE, of=Document),
        Field("report", N_("The committee's report"), K.REFERENCE, of=Document),
        Field("ngos", N_("Who informed the committee"), K.NAMES),
        Field("lists_ngos", N_("Does the committee's report list NGO information?"), K.FLAG),
        Field("action", N_("What the committee decided"), K.TEXT),
    ),
    Scale: (_CHECKED, Field("grades", N_("Grades"), K.LIST, of=Grade), _NOTE),
    Grade: (Field("grade", N_("Grade")), Field("meaning", N_("Meaning"), K.TEXT)),
    records.SameDemand: (_NOTE,),
    records.Uptake: (_NOTE,),
    AttachedFile: (Field("caption", N_("Caption"), K.TEXT, most=500), Field("name", N_("Name"), K.LINE)),
    records.Authority: (
        Field("name", N_("Name"), K.LINE),
        Field("role", N_("Its role"), K.CODE, of=codes.AuthorityRole),
    ),
    records.Part: (Field("id", N_("Letter")), _SUMMARY),
    TextVariant: (
        Field("origin", N_("Whose wording"), K.CODE, of=codes.TextOrigin),
        Field("reviewed", N_("Checked by a second person"), K.FLAG),
    ),
}
"""Type → its fields, in the order of the columns of its table. A field without a row is never shown by its name."""

RECORD_TYPES = (records.Recommendation, records.Evidence, Document)
_LABELS_OF_PARTS = {
    "paragraphs": N_("Paragraphs"),
    "steps": N_("Steps"),
    "description": N_("Description"),
    "tagged_by": N_("Tagged by"),
    "extent": N_("How much of it"),
    "effect": N_("What it does for the recommendation"),
}
FIELD_LABELS = _LABELS_OF_PARTS | {
    field.name: field.label for fields in FIELDS.values() for field in fields if field.label
}
FIELD_LABELS["state"] = _STATE_PARTY.label  # of a document; where a deadline stands is never typed in
"""Name of a field → its label, for the fields of all types. If several rows have the same name, the last one counts."""
UNVERSIONED_FIELDS = frozenset(f.name for kind in RECORD_TYPES for f in FIELDS[kind] if f.kind in UNVERSIONED_KINDS)
"""The names of the fields whose changes are not kept in the history of the record."""


def fields_of(kind: Any, *kinds: FieldType, use: Use = Use.NONE) -> tuple[Field, ...]:
    """Return the fields of the class `kind`, as FIELDS orders them, with a type in `kinds` (none: any) and all uses in `use`."""
    return _fields_of(kind, kinds, use)


@cache
def _fields_of(kind: Any, kinds: tuple[FieldType, ...], use: Use) -> tuple[Field, ...]:
    own, rows = getattr(kind, "__dataclass_fields__", ()), FIELDS.get(kind, ())
    return tuple(f for f in rows if f.name in own and (not kinds or f.kind in kinds) and use in f.use)


ITEM_TEXTS: Mapping[str, tuple[str, ...]] = {
    items.name: texts
    for kind in RECORD_TYPES
    for items in fields_of(kind, FieldType.ITEMS)
    if (texts := tuple(f.name for f in fields_of(items.of, FieldType.TEXT)))
}
"""Name of a list of recorded items → names of the translated texts of such an item. Other lists have no key."""


def record_texts(record: Record) -> Iterator[tuple[str, LocalizedText]]:
    """Yield (path, text) for each translated text of a record. Items without a recorded time are left out."""
    for field in fields_of(type(record), FieldType.TEXT):
        if text := getattr(record, field.name):
            yield field.name, text
    for group in fields_of(type(record), FieldType.GROUP):
        for field in fields_of(group.of, FieldType.TEXT):
            if text := getattr(getattr(record, group.name), field.name, None):
                yield f"{group.name}/{field.name}", text
    for part in getattr(record, "parts", ()):
        yield f"parts/{part.id}", part.summary
    for name in ITEM_TEXTS:
        for item in getattr(record, name, ()):
            if item.recorded:
                yield from item_texts(name, item).items()


def item_texts(list_name: str, item: Any) -> dict[str, LocalizedText]:
    """Return a mapping: path → text, for the translated texts of one item of the list `list_name`. Missing texts are left out."""
    texts = {f"{list_name}/{item.recorded}/{name}": getattr(item, name) for name in ITEM_TEXTS.get(list_name, ())}
    return {path: text for path, text in texts.items() if text}


def parse_item_path(path: str) -> tuple[str, str, str] | None:
    """Return (name of the list, recorded time, name of the field) for the path of a text of an item, otherwise None."""
    list_name, _, rest = path.partition("/")
    recorded, _, name = rest.partition("/")
    return (list_name, recorded, name) if name in ITEM_TEXTS.get(list_name, ()) else None


def with_text(record: Record, path: str, text: Mapping[str, TextVariant]) -> Record:
    """Return a copy of `record` with the text at `path` replaced. Raise KeyError if there is no text at `path`."""
    if path not in dict(record_texts(record)):
        raise KeyError(path)
    field, _, rest = path.partition("/")
    changed: Any = getattr(record, field)
    if field == "parts":
        changed = tuple(replace(part, summary=text) if part.id == rest else part for part in changed)
    elif field in ITEM_TEXTS:
        recorded, _, name = rest.partition("/")
        changed = tuple(replace(item, **{name: text}) if item.recorded == recorded else item for item in changed)
    else:
        changed = replace(changed, **{rest: text}) if rest else text
    changes: dict[str, Any] = {field: changed}
    return replace(record, **changes)


def is_same_item(list_name: str, before: Any, after: Any) -> bool:
    """Return whether two versions of an item are equal, if events and translated texts are not compared."""
    texts = {name: getattr(before, name) for name in ITEM_TEXTS.get(list_name, ())}
    return bool(replace(after, events=before.events, **texts) == before)
