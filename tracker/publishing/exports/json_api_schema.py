"""The types of the API's responses, and their JSON Schema.

A response has the fields of the data files, and fields that are computed from them.
"""

from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from tracker.model.attached_files import AttachedFile
from tracker.model.field_types import Id, PartialDate, ShortText, Timestamp, Url
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, Line, LocalizedText
from tracker.model.organisations import Organisation
from tracker.model.records import Assessment, Evidence, Recommendation, Source, Uptake
from tracker.model.vocabulary import (
    DateSetBy,
    DeadlineKind,
    DeadlineState,
    Direction,
    DocumentKind,
    Status,
    Verification,
    Voice,
)

HIDDEN_FIELDS = ("version", "recorded_by", "recorded_for", "history", "events", "private")
"""The fields that no response contains: the handles of editors, the history of a record, whose a private entry is.

Items that were withdrawn are left out completely.
"""
HIDDEN_TYPES = ("Revision", "Event", "Privacy")
"""The types that occur only in HIDDEN_FIELDS. The JSON Schema does not contain them."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiTreatyBody:
    """The committee that issued the recommendation, or to which civil society addressed it."""

    id: Id
    code: ShortText
    name: LocalizedText
    treaty: LocalizedText | None
    link: Url | None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiFile(AttachedFile):
    """An attached file: its fields in the data file, and where it can be downloaded.

    `sha256` and `size`, in bytes, are those of the file that the address gives.
    """

    media_type: str
    url: Annotated[str | None, Field(description="null: it was withdrawn since and is no longer given out")]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiEvidence(Evidence):
    """An item of evidence: its fields in the data file, and the addresses of its files."""

    files: tuple[ApiFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiDocument:
    """The document that holds the recommendation."""

    id: Id
    kind: DocumentKind
    symbol: ShortText | None
    title: LocalizedText
    authors: Line | None
    cycle: ShortText
    issued: PartialDate | None
    adopted: PartialDate | None
    verification: Verification
    link: Url | None
    files: tuple[ApiFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiDeadline:
    """A deadline that a document names, or the due date of a document itself."""

    document: Annotated[Id, Field(description="the document that names it")]
    symbol: ShortText | None
    body: Id
    kind: Annotated[DeadlineKind | None, Field(description="null: the document itself is due")]
    date: PartialDate
    set_by: Annotated[DateSetBy, Field(description="whose date it is; computed: we calculated it from a period")]
    source: Source
    sentence: Annotated[LocalizedText | None, Field(description="the committee's own sentence")]
    verification: Verification
    state: Annotated[DeadlineState, Field(description="on the day of the view")]
    done: Annotated[PartialDate | None, Field(description="the date on which it was met, if it is known")]
    met_by: Annotated[Id | None, Field(description="the document that met it")]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiContest:
    """An objection by a reviewer of another organisation to an assessment, which counts as before."""

    organisation: Id | None
    recorded: Timestamp | None
    reason: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiAssessment(Assessment):
    """An assessment: its fields in the data file, whether it awaits a second reader, and who contests it."""

    awaiting_second_reader: Annotated[
        bool, Field(description="whether it counts although nobody but its author has confirmed it")
    ]
    contested: tuple[ApiContest, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiPart:
    """The status of one part of a recommendation, and the assessments that decide it."""

    status: Status
    latest_by_organisation: tuple[ApiAssessment, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiRecommendation(Recommendation):
    """A recommendation: its fields in the data file, and fields that are computed for the date of the view."""

    assessments: tuple[ApiAssessment, ...]
    status: Annotated[
        Status,
        Field(
            description="the status of the whole on which the latest assessments of all organisations agree, or "
            "assessments-differ; the editors' assessment counts only while no organisation has assessed"
        ),
    ]
    assessed_by: Annotated[str, Field(description="a sentence that says whose assessments these are")]
    latest_by_organisation: Annotated[
        tuple[ApiAssessment, ...], Field(description="the assessments that decide the status, newest first")
    ]
    direction: Annotated[Direction | None, Field(description="the direction on which these assessments agree")]
    checked: Annotated[
        PartialDate | None, Field(description="latest date on which one of these assessments was made or checked")
    ]
    stale: Annotated[bool, Field(description="whether `checked` is longer ago than the dataset's limit")]
    awaiting_second_reader: Annotated[
        bool,
        Field(description="whether one of these awaits a second reader, which this dataset requires for some statuses"),
    ]
    claim_gap: Annotated[int, Field(ge=0, description="steps by which the State's claim is further along; 0: no gap")]
    voices: Annotated[
        dict[Voice, ApiAssessment | None],
        Field(
            description="the latest assessment of the whole by each voice; civil-society is null unless all that count "
            "are by organisations of civil society, and agree"
        ),
    ]
    of_parts: Annotated[dict[str, ApiPart], Field(description="the status of each part that somebody has assessed")]
    same_as: Annotated[
        tuple[Id, ...], Field(description="recommendations with the same demand; the link may be in either file")
    ]
    taken_up: Annotated[tuple[Uptake, ...], Field(description="how later recommendations of the committee took it up")]
    treaty_body: ApiTreatyBody | None
    document_details: ApiDocument | None
    evidence: Annotated[
        tuple[ApiEvidence, ...], Field(description="newest first; `relevant_to` for this recommendation only")
    ]
    permalink: str


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiLinks:
    """Links to the same view in other formats."""

    this: str
    page: str
    schema: str
    csv: str
    xlsx: str
    current: Annotated[str | None, Field(description="the current version; null if this is it")]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiHeader:
    """The title and publisher of the dataset, and which view of it the response shows."""

    title: LocalizedText
    state_party: LocalizedText
    publisher: LocalizedText
    licence: LocalizedText | None
    organisations: Annotated[
        tuple[Organisation, ...], Field(description="those that assess, and the tracker's editors (kind editors)")
    ]
    as_of: Annotated[PartialDate | None, Field(description="the date requested; null: today")]
    recorded: Annotated[Timestamp | None, Field(description="the timestamp requested; null: now")]
    links: ApiLinks


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiRecommendationList(ApiHeader):
    """The response of /api/recommendations.json."""

    count: int
    recommendations: tuple[ApiRecommendation, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiDeadlineList(ApiHeader):
    """The response of /api/deadlines.json, the earliest first."""

    count: int
    deadlines: tuple[ApiDeadline, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiSingleRecommendation(ApiRecommendation):
    """The response of /api/recommendations/{id}.json: the fields of an item in the list, and the view in `dataset`."""

    dataset: ApiHeader


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiError:
    """The response with status 404 or 400: a message, and existing ids that are similar to the requested one."""

    error: str
    near: tuple[Id, ...]


API_RESPONSE: TypeAdapter[Any] = TypeAdapter(
    ApiRecommendationList | ApiDeadlineList | ApiSingleRecommendation | ApiError
)


def public_copy(value: Any, main_language: str) -> Any:
    """Return a record or another value as dictionaries, lists and plain values, without HIDDEN_FIELDS.

    A text without a language code gets the code `main_language`.
    """
    kind: Any = type(value)
    if kind is tuple:
        return [public_copy(item, main_language) for item in value]
    if kind is dict:
        return {key or main_language: public_copy(item, main_language) for key, item in value.items()}
    if not (names := public_fields(kind)):
        return value
    return {
        name: item if item is None or isinstance(item, str) else public_copy(item, main_language)
        for name, item in zip(names, attrgetter(*names)(value), strict=True)
    }


@cache
def public_fields(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a record type that a response contains. Empty for every other type."""
    return tuple(f.name for f in fields(kind) if f.name not in HIDDEN_FIELDS) if is_dataclass(kind) else ()


def api_schema() -> dict[str, Any]:
    """Return the JSON Schema of every response.

    Every field is always present. If a value is not known, the field is null or empty.
    """
    schema = API_RESPONSE.json_schema(mode="serialization")
    types = {name: _public_type(shape) for name, shape in schema["$defs"].items() if name not in HIDDEN_TYPES}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "The answers of the API"}
    return head | {"anyOf": schema["anyOf"], "$defs": types}


def _public_type(shape: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of one type without HIDDEN_FIELDS. All other fields become required."""
    if "properties" not in shape:
        return shape
    fields = {name: _text_only(field) for name, field in shape["properties"].items() if name not in HIDDEN_FIELDS}
    return shape | {"properties": fields, "required": list(fields)}


def _text_only(field: Any) -> Any:
    """Return the JSON Schema of a field, changed so that every text is a string.

    A data file may contain a number such as 44 where a text is expected; a response always contains a text.
    """
    if isinstance(field, list):
        return [_text_only(item) for item in field]
    if not isinstance(field, dict):
        return field
    return {
        key: "string" if value == ["string", "integer"] else _text_only(value)
        for key, value in field.items()
        if key != "default"
    }
