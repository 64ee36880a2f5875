"""The data of the page Analysis: for each picture, a table of codes, and the facts for the sentence above the picture.

Recommendations of civil society and of committees are never counted together.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tracker.model import partial_dates
from tracker.model.records import Assessment, Recommendation, SameDemand, Uptake
from tracker.model.registers import Document
from tracker.model.vocabulary import (
    DemandExtent,
    EvidenceEffect,
    EvidenceKind,
    Issuer,
    MechanismKind,
    Status,
    UptakeResult,
    Voice,
)
from tracker.queries.deadlines import build_timeline, lane_of, lanes
from tracker.queries.follow_up import Chain, build_chain, paragraph_number, printed_grades, unrecorded_paragraphs
from tracker.queries.headline import headlines_by_year
from tracker.queries.overview_summary import MatrixCell, count_evidence, demand_matrix
from tracker.queries.recommendation_details import same_demand_links
from tracker.queries.tables.values import Columns, TableValues, columns_of_rows
from tracker.queries.view import View, effective_date, group_by_key

MAX_YEARS = 24
"""The largest number of years that a picture shows. If there are more years, only the latest years are shown."""
SAME_DEMAND, SAME_IN_PART, SAME_UNCHECKED, ADDRESSED = "same-demand", "same-in-part", "same-unchecked", "addressed"
"""Codes in the table of `demands_and_committees`."""


@dataclass(frozen=True)
class PictureData:
    """The table of a picture, which may be empty, and the facts for its title: name → number, year or codes."""

    table: Columns
    facts: dict[str, Any] = field(default_factory=dict)

    def rows(self, *names: str) -> list[tuple[Any, ...]]:
        """Return the values of the columns `names`, by default of all columns, as a tuple for each row."""
        return list(zip(*(self.table[name] for name in names or self.table), strict=True))

    def __len__(self) -> int:
        return len(self.rows())


def demands_and_committees(values: TableValues) -> PictureData:
    """Return a row for each demand of civil society: `id`, `status`, and what each committee made of the demand.

    A committee's column is named by its id. Its values are SAME_DEMAND, SAME_IN_PART, SAME_UNCHECKED (the extent is not
    decided), a code of UptakeResult, ADDRESSED (asked, no more is known) or "". No rows if all are "". Facts: how many
    demands there are (`all`), for how many of them a committee asks too (`shared`), and (id, committee) → `links_of` it (`links`).
    """
    view, selected = values.view, {r.id for r in values.recommendations}
    rows = [row for row in demand_matrix(view) if row.recommendation.id in selected]
    records = [(r.id, view.status(r).value, *(answer(view, r, cell) for cell in cells)) for r, cells in rows]
    has_answers = any(any(answers) for _, _, *answers in records)
    facts: dict[str, Any] = {"all": len(rows), "shared": sum(row.same_demand_count > 0 for row in rows)}
    facts["links"] = {(r.id, cell.body.id): links_of(view, r, cell) for r, cells in rows for cell in cells}
    return PictureData(columns_of_rows(["id", "status", *view.bodies], records if has_answers else ()), facts)


def answer(view: View, r: Recommendation, cell: MatrixCell) -> str:
    """Return what a committee made of the demand `r`, as a code (see `demands_and_committees`)."""
    if cell.same:
        extents = {link.extent for link in links_of(view, r, cell) if isinstance(link, SameDemand)}
        whole = SAME_DEMAND if DemandExtent.WHOLE in extents else ""
        return whole or (SAME_IN_PART if DemandExtent.PART in extents else SAME_UNCHECKED)
    results = [u.result for _, u in cell.uptake]
    best = next((result.value for result in UptakeResult if result in results), "")
    return best or (ADDRESSED if cell.addressed else "")


def links_of(view: View, r: Recommendation, cell: MatrixCell) -> list[SameDemand | Uptake]:
    """Return the links by which a committee has an answer to the demand `r`."""
    same = [link for other, link in same_demand_links(view, r) if other in cell.same]
    return [*same] or [uptake for _, uptake in cell.uptake]


def claims_and_findings(values: TableValues) -> PictureData:
    """Return a row for each recommendation on which the State has spoken, those with the largest gap first.

    `state_status` is None if the State claims none. Facts: the number of rows (`all`), and in how many of them the
    State claims more than the status says (`gaps`), neither an organisation nor the committee has assessed
    (`unassessed`), or the statuses that organisations give `differ`.
    """
    claimed = [r for r in values.recommendations if values.view.latest(r, Voice.STATE)]
    columns = replace(values, selected=claimed).recommendation_columns
    gaps, dates = columns["claim_gap"](), columns["assessed"]()
    order = sorted(range(len(claimed)), key=lambda i: (gaps[i] is None, -(gaps[i] or 0), dates[i] is None))
    names = ("id", "state_status", "state_entry_of", "status", "grade", "claim_gap", "setbacks", "progress")
    table = {name: _in_order(columns[name](), order) for name in names}
    unassessed = sum(assessed is None and not grade for assessed, grade in zip(dates, columns["grade"](), strict=True))
    facts = {"all": len(claimed), "gaps": sum(bool(gap) for gap in gaps), "unassessed": unassessed}
    return PictureData(table, facts | {"differ": table["status"].count(Status.DIFFER)})


def _in_order(column: Sequence[Any], order: Iterable[int]) -> list[Any]:
    return [column[i] for i in order]


def follow_up_of_cycle(values: TableValues) -> PictureData:
    """Return a row for each recommendation under follow-up in one document, in the order of their paragraphs.

    Facts: the `document`, how many rows there are (`all`), to how many the State has `replied`, how many are `assessed` by
    civil society and `graded` by the committee, and how many selected paragraphs are `missing` in the register. Of all
    documents, the one with the fewest zeros in these facts is taken; among equals, the latest. If nothing is under
    follow-up, there are no rows and no facts.
    """
    view = values.view
    chains = [(r, chain) for r in values.recommendations if (chain := build_chain(view, r))]
    chains.sort(key=lambda pair: [int(n) for n in re.findall("[0-9]+", pair[0].paragraph or "")])

    def row(r: Recommendation, chain: Chain) -> tuple[str | None, ...]:
        grades = " ".join(a.grade or "" for a in printed_grades(view, r)) or None
        return r.id, chain.replies[-1].date if chain.replies else None, view.status(r).value, grades

    cycles = group_by_key((r.document, row(r, chain)) for r, chain in chains if r.document in view.documents)
    found = [_counted(view, view.documents[name], rows) for name, rows in cycles.items()]
    return max(found, key=_known_facts, default=PictureData({}))


def _counted(view: View, document: Document, rows: Iterable[tuple[str | None, ...]]) -> PictureData:
    table = columns_of_rows(("id", "replied", "status", "grades"), rows)
    n = len(table["id"])
    facts = {"replied": n - table["replied"].count(None), "graded": n - table["grades"].count(None)}
    facts["assessed"] = n - table["status"].count(Status.NOT_ASSESSED)
    facts["missing"] = len({*map(paragraph_number, unrecorded_paragraphs(view, document))})
    return PictureData(table, {"document": document, "all": n, **facts})


def _known_facts(data: PictureData) -> tuple[int, str]:
    """Return the sort key of a cycle: how many facts are known about it, then the date of its document."""
    facts = data.facts
    return sum(bool(facts[name]) for name in ("replied", "assessed", "graded")), effective_date(facts["document"]) or ""


def themes_and_committees(values: TableValues) -> PictureData:
    """Return how many recommendations have each theme: `theme`, then a column for civil society and each committee.

    The themes that the most committees share come first; other mechanisms, such as the UPR, are no committees. Facts: how
    many `committees` there are, how many of them share
    the most shared theme (`most`), and all themes that so many committees share (`themes`).
    """
    view, civil = values.view, Issuer.CIVIL_SOCIETY.value
    counts, committees = defaultdict[str, Counter[str]](Counter), set[str]()
    for r in values.recommendations:
        body = view.body_of(r)
        asked_by = civil if r.issued_by is Issuer.CIVIL_SOCIETY else body.id if body else ""
        committees |= {asked_by} - {civil, ""} if body and body.kind is MechanismKind.TREATY_BODY else set()
        for theme in {theme for tagging in r.tags for theme in tagging.themes}:
            counts[theme][asked_by] += 1
    order = [name for name in (civil, *view.bodies) if any(name in count for count in counts.values())]
    shared = {theme: len(count.keys() & committees) for theme, count in sorted(counts.items())}
    most = max(shared.values(), default=0)
    by_rank = sorted(shared, key=lambda theme: (-shared[theme], -counts[theme][civil]))
    rows = [(theme, *(counts[theme][name] for name in order)) for theme in by_rank]
    facts = {"committees": len(committees), "most": most, "themes": [t for t, n in shared.items() if n == most]}
    return PictureData(columns_of_rows(["theme", *order], rows), facts)


def themes_and_states(values: TableValues) -> PictureData:
    """Return what the mechanisms recommended to each State: `theme` in the order of the settings, then a column for each State.

    Its values are recommendations. No rows if all are of one State.
    """
    asked = [r for r in values.recommendations if r.issued_by is Issuer.COMMITTEE]
    by_theme = group_by_key((theme, r) for r in asked for theme in {t for tagging in r.tags for t in tagging.themes})
    themes = [theme.id for theme in values.view.settings.themes if theme.id in by_theme]
    return _by_state(values.view, "theme", [(theme, by_theme[theme]) for theme in themes])


def same_demands_and_states(values: TableValues) -> PictureData:
    """Return what is asked of several States alike: `id` of a recommendation, then a column for each State as above.

    Demands that are linked as the same, also through a third one, are one row. Extent and issuer make no difference.
    """
    view, known, rows = values.view, {r.id for r in values.recommendations}, list[tuple[str, list[Recommendation]]]()
    seen = set[str]()
    for first in values.recommendations:
        alike, queue = dict[str, Recommendation](), [first]
        while queue:
            r = queue.pop()
            if r.id in known and r.id not in seen and r.id not in alike:
                alike[r.id] = r
                queue += view.same_demand(r)
        seen |= alike.keys()
        if len(view.states_of(*alike.values())) > 1:
            rows.append((first.id, list(alike.values())))
    return _by_state(view, "id", rows)


def _by_state(view: View, name: str, rows: Sequence[tuple[str, Sequence[Recommendation]]]) -> PictureData:
    """Return a table: the column `name`, then for each State that has any, the recommendations to it in each row."""
    asked = view.states_of(*(r for _, rs in rows for r in rs))
    grouped = ((of, group_by_key((view.state_of(r), r) for r in rs)) for of, rs in rows)
    cells = [(of, *(own.get(state, ()) for state in asked)) for of, own in grouped]
    return PictureData(columns_of_rows([name, *(state.id for state in asked)], cells if len(asked) > 1 else ()))


def most_documented(values: TableValues) -> str | None:
    """Return the id of the recommendation with most evidence: of civil society's or, if there are none, of the committees'."""

    def rank(r: Recommendation) -> tuple[bool, int]:
        return r.issued_by is Issuer.CIVIL_SOCIETY, len({e.id for e, _ in values.view.evidence_for(r)})

    best = max(values.recommendations, key=rank, default=None)
    return best.id if best else None


def dates_of_recommendation(values: TableValues) -> PictureData:
    """Return a row for each date that is known about the one recommendation of `values`, earliest first.

    The `lane` is "report", "law", "evidence" or "assessment". `code` is the kind of the document, the effect of the
    evidence, or the grade or status of the assessment ("" if it has none). For assessments, `id` is that of the
    organisation, or "" for the State and committees. Facts: how many items of evidence are `setbacks` and `progress`.
    """
    view, (r,) = values.view, values.recommendations
    others = (*view.same_demand(r), *(other for other, _ in view.uptake_of(r)))
    names = [*(d.id for d in values.documents), *(other.document for other in others)]
    documents = {d.id: d for d in map(view.document, names) if d}
    rows: list[tuple[Any, ...]] = [(effective_date(d), "report", d.kind.value, None, d.id) for d in documents.values()]
    for e, link in view.evidence_for(r):
        lane = "law" if e.kind is EvidenceKind.LAW else "evidence"
        rows.append((e.happened or e.published, lane, link.effect.value, None, e.id))
    for a in (a for a in view.assessments[r.id] if a.part is None):
        code = a.grade or (a.status.value if a.status else "")
        id = view.organisation_of(a).id if a.voice is Voice.CIVIL_SOCIETY else ""
        rows.append((a.date, "assessment", code, a.voice.value, id))
    dated = sorted((row for row in rows if row[0]), key=lambda row: partial_dates.last_day(row[0]))
    effects = {"setbacks": EvidenceEffect.SETBACK, "progress": EvidenceEffect.PROGRESS}
    facts = {name: count_evidence(view, r, effect) for name, effect in effects.items()}
    return PictureData(columns_of_rows(("date", "lane", "code", "voice", "id"), dated), facts)


def statuses_by_year(values: TableValues) -> PictureData:
    """Return how many recommendations had each status in each `year` since the first assessment (at most MAX_YEARS).

    Only recommendations of civil society are counted or, if there are none, those of committees. A recommendation is
    counted in a year only if an organisation assessed it then, and this assessment was in the headline at the end of
    the year. The headline gives the status. `changed` counts those to which an organisation gave another status
    than in an earlier year, and `checked` those whose assessment was last checked, without a change, in that year.
    Facts: the `issuer`, the `first` and `last` year with an assessment, how many are `assessed` and how many
    `changed`, and whether any assessment was `reviewed` (made again or checked).
    """
    view, of_issuer = values.view, group_by_key((r.issued_by, r) for r in values.recommendations)
    issuer = next((issuer for issuer in Issuer if issuer in of_issuer), Issuer.CIVIL_SOCIETY)
    rs = of_issuer.get(issuer, ())
    rows = [row for r in rs for row in _statuses_of(view, r)]
    if not rows:
        return PictureData({})
    days = ((view.headline(r).latest, view.last_checked(r)) for r in rs)
    again = [
        partial_dates.last_day(checked).year
        for latest, checked in days
        if latest and checked and checked != latest.date
    ]
    first, last = min(year for _, year, _, _ in rows), max(year for _, year, _, _ in rows)
    years = range(first, view.local_date.year + 1)[-MAX_YEARS:]
    counts = Counter((year, status) for _, year, status, _ in rows)
    changed, checked = Counter(year for _, year, _, is_changed in rows if is_changed), Counter(again)
    table = {"year": list(years)}
    table |= {code: [counts[year, code] for year in years] for code in sorted({status for _, _, status, _ in rows})}
    table |= {name: [count[year] for year in years] for name, count in (("changed", changed), ("checked", checked))}
    assessed = {id for id, _, _, _ in rows}
    facts = {"issuer": issuer, "first": first, "last": last, "assessed": len(assessed)}
    facts["changed"] = len({id for id, _, _, is_changed in rows if is_changed})
    return PictureData(table, facts | {"reviewed": len(rows) > len(assessed) or bool(again)})


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


def dates_by_committee(values: TableValues) -> PictureData:
    """Return a row for each date on the timeline of the committees (see `lanes`) of these recommendations. Facts: `next` (or None).

    If all recommendations are selected, all committees are included. `item` and `next` are AgendaItems.
    """
    view = values.view
    line, documents = build_timeline(view), (view.document(r.document) for r in values.recommendations)
    shown = {lane_of(view, d) for d in documents if d}
    if len(values.recommendations) == len(view.recommendations):
        shown |= {lane.id for lane in lanes(view)}
    placed = [(of.id, p.item, p.ahead) for of, lane in (line.lanes if line else ()) if of.id in shown for p in lane]
    ahead = (item for _, item, is_ahead in placed if is_ahead)
    rows = [(item.date, of, item.document.id, item, is_ahead) for of, item, is_ahead in placed]
    table = columns_of_rows(("date", "body", "document", "item", "ahead"), rows)
    return PictureData(table, {"next": min(ahead, key=lambda item: item.last_day, default=None)})
