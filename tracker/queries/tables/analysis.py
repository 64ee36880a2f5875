"""The data of the page Analysis: for each picture, a table of codes, and the facts for the sentence above the picture.

Recommendations of civil society and of committees are never counted together.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tracker.model import partial_dates
from tracker.model.records import Assessment, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import SEPARATOR, DemandExtent, EvidenceKind, Issuer, Status, UptakeResult, Voice
from tracker.queries.deadlines import build_timeline
from tracker.queries.follow_up import Chain, build_chain, printed_grades
from tracker.queries.headline import headlines_by_year
from tracker.queries.overview_summary import MatrixCell, demand_matrix
from tracker.queries.recommendation_details import same_demand_links
from tracker.queries.tables.frames import Frames
from tracker.queries.view import View, effective_date, group_by_key

MAX_YEARS = 24
"""The largest number of years that a picture shows. If there are more years, only the latest years are shown."""
SAME_DEMAND, SAME_IN_PART, ADDRESSED = "same-demand", "same-in-part", "addressed"
"""Codes in the table of `demands_and_committees`."""


@dataclass(frozen=True)
class PictureData:
    """The table of a picture, which may be empty, and the facts for its title: name → number, year or codes."""

    table: pd.DataFrame
    facts: dict[str, Any] = field(default_factory=dict)


def demands_and_committees(frames: Frames) -> PictureData:
    """Return a row for each demand of civil society: `id`, `status`, and what each committee made of the demand.

    A committee's column is named by its id. Its values are SAME_DEMAND, SAME_IN_PART, a code of UptakeResult,
    ADDRESSED (asked, and no more is known) or "". If all are "", there are no rows. Facts: how many demands there are
    (`all`), and for how many of them a committee asks too (`shared`).
    """
    selected, view = set(frames.ids), frames.view
    rows = [row for row in demand_matrix(view) if row.recommendation.id in selected]
    records = [(r.id, view.status(r).value, *(_answer(view, r, cell) for cell in cells)) for r, cells in rows]
    table = pd.DataFrame(records, columns=["id", "status", *view.bodies], dtype="str")
    has_answers = (table.drop(columns=["id", "status"]) != "").any(axis=None)
    facts = {"all": len(rows), "shared": sum(row.same_demand_count > 0 for row in rows)}
    return PictureData(table if has_answers else table.head(0), facts)


def _answer(view: View, r: Recommendation, cell: MatrixCell) -> str:
    if cell.same:
        extents = [link.extent for other, link in same_demand_links(view, r) if other in cell.same]
        return SAME_IN_PART if all(extent is DemandExtent.PART for extent in extents) else SAME_DEMAND
    results = [u.result for _, u in cell.uptake]
    best = next((result.value for result in UptakeResult if result in results), "")
    return best or (ADDRESSED if cell.addressed else "")


def claims_and_findings(frames: Frames) -> PictureData:
    """Return a row for each recommendation on which the State has spoken, those with the largest gap first.

    `state_status` is missing if the State claims none. Facts: the number of rows (`all`), and in how many of them the
    State claims more than the status says (`gaps`), civil society has not assessed (`unassessed`), or the statuses
    that organisations give `differ`.
    """
    latest = frames.latest_assessments
    claimed = set(latest[latest.voice == Voice.STATE.value].recommendation)
    columns = ("id", "state_status", "status", "grade", "claim_gap", "setbacks", "progress", "assessed")
    found = frames.recommendation_columns(columns)
    found = found[found.id.isin(claimed)].assign(unassessed=lambda rows: rows.assessed.isna())
    found = found.sort_values(["claim_gap", "unassessed"], ascending=[False, True], kind="stable")
    facts = {"all": len(found), "gaps": int((found.claim_gap > 0).sum()), "unassessed": int(found.unassessed.sum())}
    facts["differ"] = int((found.status == Status.DIFFER.value).sum())
    return PictureData(found.drop(columns=["assessed", "unassessed"]).reset_index(drop=True), facts)


def follow_up_of_cycle(frames: Frames) -> PictureData:
    """Return a row for each recommendation under follow-up in one document, in the order of their paragraphs.

    Facts: the `document`, how many rows there are (`all`), to how many the State has `replied`, and how many are
    `assessed` by civil society and `graded` by the committee. Of all documents, the one with the fewest zeros in these
    facts is taken; among equals, the latest. If nothing is under follow-up, there are no rows and no facts.
    """
    view = frames.view
    chains = [(r, chain) for id in frames.ids if (chain := build_chain(view, r := view.recommendations[id]))]
    chains.sort(key=lambda pair: [int(n) for n in re.findall("[0-9]+", pair[0].paragraph or "")])

    def row(r: Recommendation, chain: Chain) -> tuple[str | None, ...]:
        grades = " ".join(a.grade or "" for a in printed_grades(view, r)) or None
        return r.id, chain.replies[-1].date if chain.replies else None, view.status(r).value, grades

    cycles = group_by_key((r.document, row(r, chain)) for r, chain in chains if r.document in view.documents)
    found = [_counted(view.documents[name], rows) for name, rows in cycles.items()]
    return max(found, key=_known_facts, default=PictureData(pd.DataFrame(columns=["id"])))


def _counted(document: Document, rows: Iterable[tuple[str | None, ...]]) -> PictureData:
    table = pd.DataFrame(rows, columns=["id", "replied", "status", "grades"], dtype="str")
    counts = {"replied": int(table.replied.notna().sum()), "graded": int(table.grades.notna().sum())}
    counts["assessed"] = int((table.status != Status.NOT_ASSESSED).sum())
    return PictureData(table, {"document": document, "all": len(table), **counts})


def _known_facts(data: PictureData) -> tuple[int, str]:
    """Return the sort key of a cycle: how many facts are known about it, then the date of its document."""
    facts = data.facts
    return sum(bool(facts[name]) for name in ("replied", "assessed", "graded")), effective_date(facts["document"]) or ""


def themes_and_committees(frames: Frames) -> PictureData:
    """Return how many recommendations have each theme: `theme`, then a column for civil society and each committee.

    The themes that the most committees share come first. Facts: how many `committees` there are, how many of them share
    the most shared theme (`most`), and all themes that so many committees share (`themes`).
    """
    found = frames.recommendation_columns(("issued_by", "body", "themes"))
    civil = Issuer.CIVIL_SOCIETY.value
    asked_by = found.body.where(found.issued_by != civil, civil)
    exploded = found.assign(asked_by=asked_by, theme=found.themes.str.split(SEPARATOR)).explode("theme")
    counts = pd.crosstab(exploded.theme, exploded.asked_by)
    order = [name for name in (civil, *frames.view.bodies) if name in counts]
    counts = counts[order]
    committees = counts.drop(columns=civil, errors="ignore")
    shared = (committees > 0).sum(axis=1)
    by_rank = counts.assign(shared=shared, own=counts.get(civil, 0))
    by_rank = by_rank.sort_values(["shared", "own"], ascending=False, kind="stable")
    most = int(shared.max()) if len(shared) else 0
    asking = found.body[found.issued_by != civil].nunique()
    facts = {"committees": asking, "most": most, "themes": list(shared[shared == most].index)}
    return PictureData(by_rank[order].reset_index(), facts)


def most_documented(frames: Frames) -> str | None:
    """Return the id of the recommendation with most evidence: of civil society's or, if there are none, of the committees'."""
    found = frames.recommendation_columns(("id", "issued_by", "evidence_count"))
    found = found.assign(own=found.issued_by == Issuer.CIVIL_SOCIETY.value)
    found = found.sort_values(["own", "evidence_count"], ascending=False, kind="stable")
    return str(found.id.iloc[0]) if len(found) else None


def dates_of_recommendation(view: View, frames: Frames) -> PictureData:
    """Return a row for each date that is known about the one recommendation of `frames`, earliest first.

    The `lane` is "report", "law", "evidence" or "assessment". `code` is the kind of the document, the effect of the
    evidence, or the grade or status of the assessment ("" if it has none). For assessments, `id` is that of the
    organisation, missing for the State and committees. Facts: how many items of evidence are `setbacks` and `progress`.
    """
    (r,) = (view.recommendations[id] for id in frames.ids)
    others = (*view.same_demand(r), *(other for other, _ in view.uptake_of(r)))
    documents = {d.id: d for d in map(view.document, [*frames.documents.id, *(o.document for o in others)]) if d}
    rows: list[tuple[Any, ...]] = [(effective_date(d), "report", d.kind.value, None, d.id) for d in documents.values()]
    for e, link in view.evidence_for(r):
        lane = "law" if e.kind is EvidenceKind.LAW else "evidence"
        rows.append((e.happened or e.published, lane, link.effect.value, None, e.id))
    for a in frames.assessments[frames.assessments.part.isna()].itertuples():
        code = a.grade if pd.notna(a.grade) else a.status
        id = a.organisation if pd.notna(a.organisation) else None
        rows.append((a.date, "assessment", code if pd.notna(code) else "", a.voice, id))
    dated = sorted((row for row in rows if row[0]), key=lambda row: partial_dates.last_day(row[0]))
    effects = frames.evidence_links.drop_duplicates(["evidence", "effect"]).effect.value_counts()
    facts = {"setbacks": int(effects.get("setback", 0)), "progress": int(effects.get("progress", 0))}
    return PictureData(pd.DataFrame(dated, columns=["date", "lane", "code", "voice", "id"]), facts)


def statuses_by_year(frames: Frames) -> PictureData:
    """Return how many recommendations had each status in each `year` since the first assessment (at most MAX_YEARS).

    Only recommendations of civil society are counted or, if there are none, those of committees. A recommendation is
    counted in a year only if an organisation assessed it then, and this assessment was in the headline at the end of
    the year. The headline gives the status. `changed` counts those to which an organisation gave another status
    than in an earlier year, and `checked` those whose assessment was last checked, without a change, in that year.
    Facts: the `issuer`, the `first` and `last` year with an assessment, how many are `assessed` and how many
    `changed`, and whether any assessment was `reviewed` (made again or checked).
    """
    found = frames.recommendation_columns(("id", "issued_by", "assessed", "checked"))
    issuers = set(found.issued_by)
    issuer = next((issuer for issuer in Issuer if issuer.value in issuers), Issuer.CIVIL_SOCIETY)
    found = found[found.issued_by == issuer.value]
    rows = [row for id in found.id for row in _statuses_of(frames.view, frames.view.recommendations[id])]
    a = pd.DataFrame(rows, columns=["recommendation", "year", "status", "changed"])
    changed = a[a.changed.astype(bool)]
    again = found[found.checked.notna() & (found.checked != found.assessed)]
    checked = pd.Series([partial_dates.last_day(day).year for day in again.checked], dtype="int64")
    if a.empty:
        return PictureData(pd.DataFrame(columns=["year", "changed", "checked"]))
    years = range(int(a.year.min()), frames.view.local_date.year + 1)[-MAX_YEARS:]
    counts = pd.crosstab(a.year, a.status).reindex(years, fill_value=0)
    for name, dated in (("changed", changed.year), ("checked", checked)):
        counts[name] = dated.astype("int64").value_counts().reindex(years, fill_value=0)
    counts.index.name = "year"
    facts = {"issuer": issuer, "first": int(a.year.min()), "last": int(a.year.max())}
    facts |= {"assessed": a.recommendation.nunique(), "changed": changed.recommendation.nunique()}
    facts["reviewed"] = bool(a.recommendation.duplicated().any() or len(again))
    return PictureData(counts.reset_index(), facts)


def _statuses_of(view: View, r: Recommendation) -> Iterator[tuple[str, int, str, bool]]:
    own = [a for a in view.assessments[r.id] if a.voice is Voice.CIVIL_SOCIETY and a.part is None and a.status]
    before: dict[str, Status | None] = {}
    for year, headline in headlines_by_year(own, view.organisation_of, _year_of).items():
        given = {view.organisation_of(a).id: a.status for a in headline.assessments if _year_of(a) == year}
        is_changed = any(before.get(id, status) is not status for id, status in given.items())
        yield r.id, year, headline.status.value, is_changed
        before |= given


def _year_of(a: Assessment) -> int:
    return partial_dates.last_day(a.date).year


def dates_by_committee(frames: Frames) -> PictureData:
    """Return a row for each date on the timeline of the committees of these recommendations. Facts: `next` (or None).

    If all recommendations are selected, all committees are included. `item` and `next` are AgendaItems.
    """
    line = build_timeline(frames.view)
    shown = set(frames.recommendation_columns(("body",)).body)
    if set(frames.ids) == set(frames.view.recommendations):
        shown |= set(frames.view.bodies)
    placed = [(p.item, p.ahead) for body, lane in (line.lanes if line else ()) if body.id in shown for p in lane]
    ahead = (item for item, is_ahead in placed if is_ahead)
    rows = [(item.date, item.document.body, item.document.id, item, is_ahead) for item, is_ahead in placed]
    table = pd.DataFrame(rows, columns=["date", "body", "document", "item", "ahead"])
    return PictureData(table, {"next": min(ahead, key=lambda item: item.last_day, default=None)})
