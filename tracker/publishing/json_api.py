"""The JSON API for other people's programs: the list, one recommendation, and the JSON Schema of both responses.

Pages of every other site may read the responses (`Access-Control-Allow-Origin: *`). This reveals nothing: a response
holds what every reader sees, and does not depend on cookies or on who asks. A dashboard on somebody's own machine does
not send this header, so that no other site can find out what runs there.
"""

import json
from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlsplit

from tracker.config import is_loopback
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.vocabulary import Voice
from tracker.publishing import json_api_schema
from tracker.publishing.json_api_schema import (
    ApiAssessment,
    ApiDocument,
    ApiError,
    ApiHeader,
    ApiLinks,
    ApiRecommendation,
    ApiRecommendationList,
    ApiSingleRecommendation,
    ApiTreatyBody,
)
from tracker.publishing.provenance import current_version_link
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.queries.filters import Filters, filter_recommendations
from tracker.queries.view import View


def render_list(request: ViewRequest) -> RenderedFile:
    """Return the recommendations that match the filters, as JSON."""
    matches = filter_recommendations(request.view, request.filters, request.language.code)
    header = _header(request, "/api/recommendations.json")
    items = tuple(ApiRecommendation(**_recommendation_fields(request, r)) for r in matches)
    return _respond(request, ApiRecommendationList(**_fields(header), count=len(items), recommendations=items))


def render_one(request: ViewRequest) -> RenderedFile:
    """Return the recommendation with the id of the request, as JSON.

    If it was retired and has a successor, redirect to the successor. If there is no active recommendation with this id,
    return an error with status 404.
    """
    request, language = replace(request, filters=Filters()), request.language
    _ = language.gettext
    r = request.view.recommendations.get(request.id)
    if r is None and (successor := request.view.successor_of(request.id)):
        return RenderedFile(
            status=301,
            redirect_to=request.link(f"/api/recommendations/{successor}.json"),
            headers=_cors_headers(request),
        )
    if r is None:
        return _respond(
            request,
            ApiError(error=_("There is no recommendation with this id."), near=request.view.suggest_ids(request.id)),
            404,
        )
    header = _header(request, f"/api/recommendations/{r.id}.json", page=request.link("/recommendation", ("id", r.id)))
    return _respond(request, ApiSingleRecommendation(**_recommendation_fields(request, r), dataset=header))


def render_not_found(request: ViewRequest) -> RenderedFile:
    """Return an error with status 404, for every address of the API that does not exist."""
    language = request.language
    _ = language.gettext
    return _respond(request, ApiError(error=_("There is nothing at this address."), near=()), 404)


def render_schema(request: ViewRequest) -> RenderedFile:
    """Return the JSON Schema of all responses of the API."""
    return _json(request, json_api_schema.api_schema(), 200)


def _respond(request: ViewRequest, response: Any, status: int = 200) -> RenderedFile:
    return _json(request, json_api_schema.to_json_values(response, request.view.settings.language), status)


def _json(request: ViewRequest, values: Any, status: int) -> RenderedFile:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return RenderedFile(text.encode(), "application/json", status=status, headers=_cors_headers(request))


def _cors_headers(request: ViewRequest) -> dict[str, str]:
    """Return the header that allows pages of other sites to read a response.

    Empty if the dashboard runs on somebody's own machine.
    """
    return {} if is_loopback(urlsplit(request.origin).hostname) else {"Access-Control-Allow-Origin": "*"}


def _fields(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _header(request: ViewRequest, path: str, page: str = "") -> ApiHeader:
    settings, view = request.view.settings, request.view
    links = ApiLinks(
        this=request.self_link(path),
        page=page or request.self_link("/recommendations"),
        schema=request.origin + "/api/schema.json",
        csv=request.self_link("/export.csv"),
        xlsx=request.self_link("/export.xlsx"),
        current=current_version_link(request, path, *request.filters.params()) if view.is_past else None,
    )
    return ApiHeader(
        title=settings.title,
        state_party=settings.state_party,
        publisher=settings.publisher.name,
        licence=settings.publisher.licence,
        as_of=view.as_of.isoformat() if view.as_of else None,
        recorded=view.recorded,
        links=links,
    )


def _recommendation_fields(request: ViewRequest, r: Recommendation) -> dict[str, Any]:
    """Return field name → value of a recommendation in the API, as the view shows the recommendation.

    Links and assessments that the view does not show are left out.
    """
    view = request.view
    voices = {voice: _assessment(view, view.latest(r, voice)) for voice in Voice}
    latest = voices[Voice.CIVIL_SOCIETY]
    return _fields(r) | {
        "assessments": tuple(_assessment(view, a) for a in view.assessments[r.id]),
        "same_demand": tuple(same for same in r.same_demand if same.recommendation in view.recommendations),
        "uptake": tuple(uptake for uptake in r.uptake if uptake.recommendation in view.recommendations),
        "status": view.status(r),
        "direction": latest.direction if latest else None,
        "checked": view.last_checked(r),
        "stale": view.is_stale(r),
        "awaiting_second_reader": view.awaits_second_reader(latest),
        "claim_gap": view.claim_gap(r),
        "voices": voices,
        "of_parts": {part: _assessment(view, a) for part, a in view.latest_assessment_by_part(r).items()},
        "same_as": tuple(other.id for other in view.same_demand(r)),
        "taken_up": tuple(replace(uptake, recommendation=other.id) for other, uptake in view.uptake_of(r)),
        "treaty_body": _body(view, r),
        "document_details": _document(view, r),
        "evidence": _evidence(view, r),
        "permalink": request.link(f"/r/{r.id}"),
    }


def _assessment(view: View, a: Assessment | None) -> ApiAssessment | None:
    if a is None:
        return None
    evidence = tuple(e for e in a.evidence if e in view.evidence)
    return ApiAssessment(**_fields(a) | {"evidence": evidence, "awaiting_second_reader": view.awaits_second_reader(a)})


def _body(view: View, r: Recommendation) -> ApiTreatyBody | None:
    body = view.body_of(r)
    return ApiTreatyBody(**{field.name: getattr(body, field.name) for field in fields(ApiTreatyBody)}) if body else None


def _document(view: View, r: Recommendation) -> ApiDocument | None:
    document = view.document(r.document)
    return (
        ApiDocument(**{field.name: getattr(document, field.name) for field in fields(ApiDocument)})
        if document
        else None
    )


def _evidence(view: View, r: Recommendation) -> tuple[Evidence, ...]:
    items = {e.id: e for e, _ in view.evidence_for(r)}
    return tuple(
        replace(e, relevant_to=tuple(link for link in e.relevant_to if link.recommendation == r.id))
        for e in items.values()
    )
