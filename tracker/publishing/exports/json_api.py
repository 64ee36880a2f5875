"""The JSON API for other people's programs: the list, one recommendation, the deadlines, and their JSON Schema.

Pages of every other site may read the responses (`Access-Control-Allow-Origin: *`). This reveals nothing: a response
holds what every reader sees, and does not depend on cookies or on who asks. A dashboard on somebody's own machine does
not send this header, so that no other site can find out what runs there.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache, partial
from operator import attrgetter
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from tracker.config import is_loopback
from tracker.model.attached_files import AttachedFile
from tracker.model.errors import PastDateRefused
from tracker.model.field_types import Id, PartialDate, ShortText, Timestamp, Url
from tracker.model.lifecycle import standing_contests
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, Line, LocalizedText
from tracker.model.organisations import Organisation
from tracker.model.records import Assessment, Evidence, Recommendation, SameDemand, Source, Uptake
from tracker.model.registers import Document
from tracker.model.states import StateCode
from tracker.model.vocabulary import (
    DateSetBy,
    DeadlineKind,
    DeadlineState,
    Direction,
    DocumentKind,
    OrganisationKind,
    Status,
    Verification,
    Voice,
)
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import REFUSED_DATE_STATUS, RenderedFile, current_version_link, refusal_sentence
from tracker.publishing.sentences import assessed_by, file_lines
from tracker.publishing.wording import later_sentence
from tracker.queries.deadlines import AgendaItem, list_deadlines
from tracker.queries.lists.filters import Filters, filter_recommendations, is_of_register
from tracker.queries.quotations import whose_word
from tracker.queries.recommendation_details import find_absence_reason, judges_of
from tracker.queries.view import View

HIDDEN_FIELDS = ("version", "recorded_by", "recorded_for", "history", "events", "private")
"""The names of the fields that no response contains, such as the version of a record and who recorded it."""
HIDDEN_TYPES = ("Revision", "Event", "Privacy")
"""The types that occur only in HIDDEN_FIELDS. The JSON Schema does not contain them."""


StateOfRecord = Annotated[StateCode | None, Field(description="the State; null: of several States none is named")]


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
class ApiContest:
    """An objection to an assessment or a record, by a reviewer of another organisation. It still counts."""

    organisation: Id | None
    recorded: Timestamp | None
    reason: LocalizedText


Original = Annotated[Url | None, Field(description="where it was gathered from; null: it was entered here")]
EnteredBy = Annotated[Id | None, Field(description="the organisation that entered it; null for the tracker's editors")]
ChangedBy = Annotated[tuple[Id, ...], Field(description="other organisations that changed its content by hand")]
ReadBy = Annotated[
    Id | None, Field(description="whose reading the mark `seen` is, if not the tracker's editors'; otherwise null")
]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiEvidence(Evidence):
    """An item of evidence: its fields in the data file, the addresses of its files, and who contests it."""

    entered_by: EnteredBy
    changed_by: ChangedBy
    read_by: ReadBy
    original: Original
    files: tuple[ApiFile, ...]
    contested: tuple[ApiContest, ...]


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
    original: Original
    entered_by: EnteredBy
    changed_by: ChangedBy
    read_by: ReadBy


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiDeadline:
    """A deadline that a document names, or the due date of a document itself."""

    document: Annotated[Id, Field(description="the document that names it")]
    symbol: ShortText | None
    body: Id
    state_party: StateOfRecord
    kind: Annotated[DeadlineKind | None, Field(description="null: the document itself is due")]
    date: PartialDate
    set_by: Annotated[DateSetBy, Field(description="whose date it is; computed: we calculated it from a period")]
    source: Source
    sentence: Annotated[LocalizedText | None, Field(description="the committee's own sentence")]
    verification: Verification
    state: Annotated[DeadlineState, Field(description="on the day of the view")]
    done: Annotated[PartialDate | None, Field(description="the date on which it was met, if it is known")]
    met_by: Annotated[Id | None, Field(description="the document that met it")]
    entered_by: EnteredBy
    changed_by: ChangedBy
    read_by: ReadBy


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiAssessment(Assessment):
    """An assessment: its fields in the data file, whether it awaits a second reader, and who contests it."""

    awaiting_second_reader: Annotated[
        bool, Field(description="whether it counts although nobody but its author has confirmed it")
    ]
    contested: tuple[ApiContest, ...]
    entry_of: Annotated[
        Id | None,
        Field(description="the organisation that entered what the State or a committee said; null for the editors"),
    ]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiPart:
    """The status of one part of a recommendation, and the assessments that decide it."""

    status: Status
    latest_by_organisation: tuple[ApiAssessment, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ApiRecommendation(Recommendation):
    """A recommendation: its fields in the data file, and fields that are computed for the date of the view."""

    assessments: tuple[ApiAssessment, ...]
    contested: Annotated[tuple[ApiContest, ...], Field(description="objections to the record itself")]
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
    judged_by: Annotated[
        dict[str, str],
        Field(description="id of what is linked here → the organisation that alone judged so, if not the editors"),
    ]
    taken_up: Annotated[tuple[Uptake, ...], Field(description="how later recommendations of the committee took it up")]
    entered_by: EnteredBy
    changed_by: ChangedBy
    read_by: ReadBy
    state_party: StateOfRecord
    treaty_body: ApiTreatyBody | None
    document_details: ApiDocument | None
    evidence: Annotated[
        tuple[ApiEvidence, ...], Field(description="newest first; `relevant_to` for this recommendation only")
    ]
    permalink: str
    original: Original


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
    """The response of /api/deadlines.json: the deadlines, the earliest first."""

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
    """Return a copy as plain lists and dictionaries, without HIDDEN_FIELDS. `main_language` replaces the language ""."""
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
    """Return the names of all fields of the dataclass `kind` except HIDDEN_FIELDS, or () if `kind` is no dataclass."""
    return tuple(f.name for f in fields(kind) if f.name not in HIDDEN_FIELDS) if is_dataclass(kind) else ()


def _schema_in_responses(field: Any) -> Any:
    """Return the JSON Schema of a field, for responses: without defaults, and with "string" for "string or integer"."""
    if isinstance(field, list):
        return "string" if field == ["string", "integer"] else list(map(_schema_in_responses, field))
    if not isinstance(field, dict):
        return field
    return {key: _schema_in_responses(value) for key, value in field.items() if key != "default"}


ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def render_list(request: ViewRequest) -> RenderedFile:
    """Return the response of /api/recommendations.json: the recommendations that match the filters."""
    matches = filter_recommendations(request.view, request.filters, request.language.code)
    values = _header(request, "/api/recommendations.json") | {"count": len(matches)}
    # encoded one by one: a hundred thousand dictionaries at the same time keep the garbage collector busy
    items = ",".join(map(ENCODER.encode, _recommendations(request, matches)))
    return _json(request, f'{ENCODER.encode(values)[:-1]},"recommendations":[{items}]}}')


def render_deadline_data(request: ViewRequest) -> RenderedFile:
    """Return all deadlines as JSON, or those of the committees and States that the filters name. Other filters are ignored."""
    view = request.view
    items = [item for item in list_deadlines(view) if is_of_register(view, request.filters, item.document)]
    values = _header(request, "/api/deadlines.json", page=request.link("/deadlines")) | {"count": len(items)}
    return _json(request, values | {"deadlines": [_deadline(view, item) for item in items]})


def _deadline(view: View, item: AgendaItem) -> dict[str, Any]:
    """Return the fields of ApiDeadline."""
    deadline, met, main = item.deadline, item.met, view.settings.language
    return {
        "document": item.document.id,
        "symbol": item.document.symbol,
        "body": item.document.body,
        "state_party": state.id if (state := view.state_of(item.document)) else None,
        "kind": deadline.kind if deadline else None,
        "date": item.date,
        "set_by": deadline.set_by if deadline else DateSetBy.COMMITTEE,
        "source": public_copy(item.source, main),
        "sentence": public_copy(deadline.sentence, main) if deadline else None,
        "verification": item.verification,
        "state": item.state(view.local_date),
        "done": met.date if met else None,
        "met_by": met.document.id if met and met.document else None,
        **whose_word(view, item),
    }


def render_one(request: ViewRequest) -> RenderedFile:
    """Return one recommendation as JSON, else an error (404, or 410 if it was archived). Filters are ignored."""
    request, language, _ = replace(request, filters=Filters()), request.language, request.language.gettext
    r = request.view.recommendations.get(request.id)
    if r is None and request.view.is_retired(request.id):
        there = request.link("/recommendation", ("id", request.id))
        said = _("This recommendation is archived: it is kept but no longer counted.")
        return _error(request, f"{said} {there}", status=410)
    if r is None and (later := find_absence_reason(request.view, request.id)):
        current = current_version_link(request, f"/api/recommendations/{request.id}.json")
        return _error(request, f"{later_sentence(language, later)} {_('See the current version')}: {current}")
    if r is None:
        return _error(request, _("There is no recommendation with this id."), request.view.suggest_ids(request.id))
    header = _header(request, f"/api/recommendations/{r.id}.json", page=request.link("/recommendation", ("id", r.id)))
    (values,) = _recommendations(request, [r])
    return _json(request, values | {"dataset": header})


def render_not_found(request: ViewRequest) -> RenderedFile:
    """Return the error (404) for an address of the API that does not exist."""
    return _error(request, request.language.gettext("There is nothing at this address."))


def render_refused_date(request: ViewRequest, refused: PastDateRefused, path: str) -> RenderedFile:
    """Return the error (400 or 404) for an address of the API whose `as_of` or `recorded` cannot be used."""
    return _error(request, refusal_sentence(request.language, refused), status=REFUSED_DATE_STATUS[refused.why])


def render_schema(request: ViewRequest) -> RenderedFile:
    """Return the JSON Schema of all responses. Every field is required; without a value, it is null or empty."""
    schema = API_RESPONSE.json_schema(mode="serialization")
    types = {}
    for name, shape in schema["$defs"].items():
        if name not in HIDDEN_TYPES:
            shown = {
                key: _schema_in_responses(f)
                for key, f in shape.get("properties", {}).items()
                if key not in HIDDEN_FIELDS
            }
            types[name] = shape | ({"properties": shown, "required": list(shown)} if shown else {})
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "The answers of the API"}
    return _json(request, head | {"anyOf": schema["anyOf"], "$defs": types})


def _error(request: ViewRequest, message: str, near: Iterable[str] = (), *, status: int = 404) -> RenderedFile:
    """Return the response for an ApiError. `near` are existing ids that are similar to the requested one."""
    return _json(request, {"error": message, "near": list(near)}, status)


def _json(request: ViewRequest, values: dict[str, Any] | str, status: int = 200) -> RenderedFile:
    """Return the response with these values. If `values` is a text, it is already JSON."""
    raw = (values if isinstance(values, str) else ENCODER.encode(values)).encode()
    # pages of other sites may read a response, but not one of somebody's own machine
    headers = {} if is_loopback(urlsplit(request.origin).hostname) else {"Access-Control-Allow-Origin": "*"}
    return RenderedFile(raw, "application/json", status=status, headers=headers)


def _header(request: ViewRequest, path: str, page: str = "") -> dict[str, Any]:
    """Return the fields of ApiHeader."""
    settings, view = request.view.settings, request.view
    links = {
        "this": request.self_link(path),
        "page": page or request.self_link("/recommendations"),
        "schema": request.origin + "/api/schema.json",
        "csv": request.self_link("/export.csv"),
        "xlsx": request.self_link("/export.xlsx"),
        "current": current_version_link(request, path, *request.filters.params()) if view.is_past else None,
    }
    publisher = {"publisher": settings.publisher.name, "licence": settings.publisher.licence}
    texts = {"title": settings.title, "state_party": settings.state_party, **publisher}
    asked = {"as_of": view.as_of.isoformat() if view.as_of else None, "recorded": view.recorded, "links": links}
    return {**public_copy(texts | {"organisations": settings.organisations}, settings.language), **asked}


def _recommendations(request: ViewRequest, rs: Iterable[Recommendation]) -> Iterator[dict[str, Any]]:
    """Yield the fields of ApiRecommendation for each recommendation, in the given order."""
    view = request.view
    copy = partial(public_copy, main_language=view.settings.language)

    def files(record: Evidence | Document) -> list[dict[str, Any]]:
        return [
            copy(line.file) | {"media_type": line.file.kind.media_type, "url": line.link or None}
            for line in file_lines(view, request.language, record, base=request.origin)
        ]

    def contests(item: Any) -> list[dict[str, Any]]:
        return [
            {"organisation": e.recorded_for, "recorded": e.recorded, "reason": copy(e.reason)}
            for e in standing_contests(item, view.recorded)
        ]

    evidence = {
        e.id: copy(e)
        | {"files": files(e), "contested": contests(e), "original": view.original_of(e), **whose_word(view, e)}
        for e in view.evidence.values()
    }

    def copy_fields(item: Any, kind: type) -> dict[str, Any]:
        return {name: copy(getattr(item, name)) for name in public_fields(kind) if hasattr(item, name)}

    @cache
    def document(name: str) -> dict[str, Any] | None:
        found = view.document(name)
        own = found and {"files": files(found), "original": view.original_of(found)} | whose_word(view, found)
        return copy_fields(found, ApiDocument) | own if own else None

    @cache
    def body(name: str) -> dict[str, Any]:
        return copy_fields(view.bodies[name], ApiTreatyBody)

    def links_in_view(links: Iterable[SameDemand | Uptake]) -> list[dict[str, Any]]:
        return [copy(link) for link in links if link.recommendation in view.recommendations]

    for r in rs:
        values = copy(request.with_true_origins(r))
        # an assessment occurs up to three times in the response, but it is copied once
        copies = {id(a): copied for a, copied in zip(r.assessments, values["assessments"], strict=True)}
        for a in r.assessments:
            copies[id(a)]["evidence"] = [e for e in a.evidence if e in view.evidence]
            copies[id(a)]["awaiting_second_reader"] = view.awaits_second_reader(a)
            copies[id(a)]["contested"] = contests(a)
            copies[id(a)]["entry_of"] = view.entry_of(a)
            if a.voice is Voice.CIVIL_SOCIETY:
                copies[id(a)]["organisation"] = view.organisation_of(a).id
        headline, latest = view.headline(r), {voice: view.latest(r, voice) for voice in Voice}
        is_agreed = all(view.organisation_of(a).kind is OrganisationKind.CIVIL_SOCIETY for a in headline.assessments)
        if headline.has_different_statuses or not is_agreed:
            latest[Voice.CIVIL_SOCIETY] = None
        yield values | {
            "assessments": [copies[id(a)] for a in view.assessments[r.id]],
            "contested": contests(r),
            **whose_word(view, r),
            "same_demand": links_in_view(r.same_demand),
            "uptake": links_in_view(r.uptake),
            "status": headline.status,
            "assessed_by": assessed_by(view, request.language, r),
            "latest_by_organisation": [copies[id(a)] for a in headline.assessments],
            "direction": headline.direction,
            "checked": view.last_checked(r),
            "stale": view.is_stale(r),
            "awaiting_second_reader": any(map(view.awaits_second_reader, headline.assessments)),
            "claim_gap": view.claim_gap(r),
            "voices": {voice: copies[id(a)] if a else None for voice, a in latest.items()},
            "of_parts": {
                part: {"status": found.status, "latest_by_organisation": [copies[id(a)] for a in found.assessments]}
                for part, found in view.headlines_by_part(r).items()
            },
            "same_as": [other.id for other in view.same_demand(r)],
            "judged_by": judges_of(view, r),
            "taken_up": [copy(uptake) | {"recommendation": other.id} for other, uptake in view.uptake_of(r)],
            "state_party": state.id if (state := view.state_of(r)) else None,
            "treaty_body": body(b.id) if (b := view.body_of(r)) else None,
            "document_details": document(r.document),
            "evidence": [
                evidence[e.id] | {"relevant_to": [copy(link) for link in e.relevant_to if link.recommendation == r.id]}
                for e in {e.id: e for e, _ in view.evidence_for(r)}.values()
            ],
            "permalink": request.link(f"/r/{r.id}"),
            "original": view.original_of(r),
        }
