"""The data as JSON: the list, one recommendation, and the schema of both. For programs of other people.

Pages of every other site may read it (`Access-Control-Allow-Origin: *`). That gives nothing away: the answers hold what every
reader sees, and no cookie or header is looked at in making them, so that a browser's owner adds nothing. A dashboard on
somebody's own machine is not open like that: no site shall find out what runs there.
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


def render_list(ask: ViewRequest) -> RenderedFile:
    """The recommendations that the filters let through."""
    found = filter_recommendations(ask.view, ask.filters, ask.language.code)
    shown = _shown(ask, "/api/recommendations.json")
    told = tuple(ApiRecommendation(**_told(ask, r)) for r in found)
    return _answer(ask, ApiRecommendationList(**_fields(shown), count=len(told), recommendations=told))


def render_one(ask: ViewRequest) -> RenderedFile:
    """One recommendation by its id; one that was retired leads on to the one that took its place."""
    ask, language = replace(ask, filters=Filters()), ask.language
    _ = language.gettext
    r = ask.view.recommendations.get(ask.id)
    if r is None and (into := ask.view.successor_of(ask.id)):
        return RenderedFile(status=301, redirect_to=ask.link(f"/api/recommendations/{into}.json"), headers=_open(ask))
    if r is None:
        return _answer(
            ask, ApiError(error=_("There is no recommendation with this id."), near=ask.view.suggest_ids(ask.id)), 404
        )
    shown = _shown(ask, f"/api/recommendations/{r.id}.json", page=ask.link("/recommendation", ("id", r.id)))
    return _answer(ask, ApiSingleRecommendation(**_told(ask, r), dataset=shown))


def render_not_found(ask: ViewRequest) -> RenderedFile:
    """What stands at any other address of the API."""
    language = ask.language
    _ = language.gettext
    return _answer(ask, ApiError(error=_("There is nothing at this address."), near=()), 404)


def render_schema(ask: ViewRequest) -> RenderedFile:
    """The JSON Schema of the answers."""
    return _json(ask, json_api_schema.api_schema(), 200)


def _answer(ask: ViewRequest, answer: Any, status: int = 200) -> RenderedFile:
    return _json(ask, json_api_schema.to_json_values(answer, ask.view.settings.language), status)


def _json(ask: ViewRequest, values: Any, status: int) -> RenderedFile:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return RenderedFile(text.encode(), "application/json", status=status, headers=_open(ask))


def _open(ask: ViewRequest) -> dict[str, str]:
    """The header that lets pages of other sites read an answer."""
    return {} if is_loopback(urlsplit(ask.origin).hostname) else {"Access-Control-Allow-Origin": "*"}


def _fields(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _shown(ask: ViewRequest, path: str, page: str = "") -> ApiHeader:
    settings, view = ask.view.settings, ask.view
    links = ApiLinks(
        this=ask.self_link(path),
        page=page or ask.self_link("/recommendations"),
        schema=ask.origin + "/api/schema.json",
        csv=ask.self_link("/export.csv"),
        xlsx=ask.self_link("/export.xlsx"),
        current=current_version_link(ask, path),
    )
    return ApiHeader(
        title=settings.title, state_party=settings.state_party, publisher=settings.publisher.name,
        licence=settings.publisher.licence, as_of=view.as_of.isoformat() if view.as_of else None,
        recorded=view.recorded, links=links,
    )  # fmt: skip


def _told(ask: ViewRequest, r: Recommendation) -> dict[str, Any]:
    """The fields of a recommendation as the view shows it: without what came later, or is not there any more."""
    view, there = ask.view, ask.view.recommendations
    voices = {voice: _assessment(view, view.latest(r, voice)) for voice in Voice}
    finding = voices[Voice.CIVIL_SOCIETY]
    return _fields(r) | {
        "assessments": tuple(_assessment(view, a) for a in view.assessments[r.id]),
        "same_demand": tuple(s for s in r.same_demand if s.recommendation in there),
        "uptake": tuple(u for u in r.uptake if u.recommendation in there),
        "status": view.status(r),
        "direction": finding.direction if finding else None,
        "checked": view.last_checked(r),
        "stale": view.is_stale(r),
        "awaiting_second_reader": view.awaits_second_reader(finding),
        "claim_gap": view.claim_gap(r),
        "voices": voices,
        "of_parts": {part: _assessment(view, a) for part, a in view.latest_by_part(r).items()},
        "same_as": tuple(other.id for other in view.same_demand(r)),
        "taken_up": tuple(replace(uptake, recommendation=other.id) for other, uptake in view.uptake_of(r)),
        "treaty_body": _body(view, r),
        "document_details": _document(view, r),
        "evidence": _evidence(view, r),
        "permalink": ask.link(f"/r/{r.id}"),
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
        replace(e, relevant_to=tuple(b for b in e.relevant_to if b.recommendation == r.id)) for e in items.values()
    )
