"""The shape of what the API answers, and its JSON Schema: the record as its file's schema names it, and what follows from it."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from tracker.model.fields import Id, PartialDate, ShortText, Timestamp, Url
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, Line, LocalizedText
from tracker.model.records import Assessment, Evidence, Recommendation, Uptake
from tracker.model.vocabulary import Direction, DocumentKind, Status, Verification, Voice

HIDDEN_FIELDS = ("version", "recorded_by", "history", "events")
"""What no answer holds: the names of editors, and what a record said before. What was withdrawn is not there at all."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiTreatyBody:
    """The committee whose recommendation it is, or to which civil society addressed it."""

    id: Id
    code: ShortText
    name: LocalizedText
    treaty: LocalizedText
    link: Url | None


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


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiAssessment(Assessment):
    """An assessment: the fields of its file, and whether it awaits a second reader."""

    awaiting_second_reader: Annotated[
        bool, Field(description="whether it counts without anybody but its author having confirmed it")
    ]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiRecommendation(Recommendation):
    """A recommendation: the fields of its file, then what follows from the whole dataset on the day that is shown."""

    assessments: tuple[ApiAssessment, ...]
    status: Annotated[Status, Field(description="civil society's latest assessment of the whole")]
    direction: Annotated[Direction | None, Field(description="the direction in that assessment")]
    checked: Annotated[PartialDate | None, Field(description="when that assessment was made or last checked")]
    stale: Annotated[bool, Field(description="whether that is longer ago than the dataset's limit")]
    awaiting_second_reader: Annotated[
        bool, Field(description="whether that assessment awaits a second reader, as this dataset asks of some statuses")
    ]
    claim_gap: Annotated[
        int, Field(ge=0, description="steps by which the State's claim stands further along; 0: no gap")
    ]
    voices: Annotated[
        dict[Voice, ApiAssessment | None], Field(description="the latest assessment of the whole by each voice")
    ]
    of_parts: Annotated[dict[str, ApiAssessment], Field(description="civil society's latest assessment of each part")]
    same_as: Annotated[
        tuple[Id, ...], Field(description="recommendations with the same demand, wherever that was noted")
    ]
    taken_up: Annotated[tuple[Uptake, ...], Field(description="what later recommendations of the committee made of it")]
    treaty_body: ApiTreatyBody | None
    document_details: ApiDocument | None
    evidence: Annotated[
        tuple[Evidence, ...], Field(description="newest first; `bears_on` for this recommendation only")
    ]
    permalink: str


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiLinks:
    """Addresses of the same view."""

    this: str
    page: str
    schema: str
    csv: str
    xlsx: str
    current: Annotated[str | None, Field(description="the same as it is now; null where that is what is shown")]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiHeader:
    """Whose data this is, and which view of it."""

    title: LocalizedText
    state_party: LocalizedText
    publisher: LocalizedText
    licence: LocalizedText | None
    as_of: Annotated[PartialDate | None, Field(description="the day asked for; null: today")]
    recorded: Annotated[Timestamp | None, Field(description="the moment asked for; null: now")]
    links: ApiLinks


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiRecommendationList(ApiHeader):
    """The answer to /api/recommendations.json."""

    count: int
    recommendations: tuple[ApiRecommendation, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiSingleRecommendation(ApiRecommendation):
    """The answer to /api/recommendations/{id}.json: what the list holds of it, and which view that is."""

    dataset: ApiHeader


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiError:
    """The answer, with status 404, when there is no such recommendation: a sentence, and ids that look like it."""

    error: str
    near: tuple[Id, ...]


API_ANSWER: TypeAdapter[Any] = TypeAdapter(ApiRecommendationList | ApiSingleRecommendation | ApiError)


def to_json_values(answer: Any, main: str) -> Any:
    """The values of an answer, as JSON holds them, without what is hidden; a text without a language is in the main one."""
    return _public(API_ANSWER.dump_python(answer, mode="json"), main)


def _public(value: Any, main: str) -> Any:
    if isinstance(value, dict):
        return {key or main: _public(item, main) for key, item in value.items() if key not in HIDDEN_FIELDS}
    return [_public(item, main) for item in value] if isinstance(value, list) else value


def api_schema() -> dict[str, Any]:
    """The JSON Schema of every answer. Each field is always there; what is not known is null or empty."""
    found = API_ANSWER.json_schema(mode="serialization")
    kept = {name: _told(shape) for name, shape in found["$defs"].items() if name not in ("Change", "Event")}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "The answers of the API"}
    return head | {"anyOf": found["anyOf"], "$defs": kept}


def _told(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape of one kind of object as an answer holds it."""
    if "properties" not in shape:
        return shape
    fields = {name: _text_only(field) for name, field in shape["properties"].items() if name not in HIDDEN_FIELDS}
    return shape | {"properties": fields, "required": list(fields)}


def _text_only(field: Any) -> Any:
    """A file may hold 44 as a number; an answer always holds a text."""
    if isinstance(field, list):
        return [_text_only(item) for item in field]
    if not isinstance(field, dict):
        return field
    return {
        key: "string" if value == ["string", "integer"] else _text_only(value)
        for key, value in field.items()
        if key != "default"
    }
