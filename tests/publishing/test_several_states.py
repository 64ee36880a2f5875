"""A tracker of five States: each page and file says which State, and counts no two together."""

import csv
import io
import json
import re
from dataclasses import replace
from functools import partial
from html import unescape

import pytest
import yaml
from openpyxl import load_workbook

from tests.support.five_states import five_states, report_of
from tests.support.small_dataset import DOCUMENTS, TRACKER
from tests.support.view_requests import ask, small
from tracker.importing.documents.imported_document import ImportedDocument, refuse_other_state
from tracker.importing.documents.reader import read_document
from tracker.importing.tables.row_comparison import contradictions
from tracker.importing.upr_rows import upr_document, upr_table
from tracker.model.errors import ImportRefused
from tracker.model.records import Assessment, Source
from tracker.model.vocabulary import Issuer, Status, SubmissionStage, Voice
from tracker.publishing.citation import build_citation
from tracker.publishing.exports.atom_feed import render_feed
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.publishing.exports.json_api import render_deadline_data, render_list
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.link_preview import recommendation_preview
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.snapshot import snapshot_page
from tracker.publishing.submissions.selection import select_recommendations
from tracker.publishing.wording import states_line
from tracker.queries.deadlines import list_unknown
from tracker.queries.follow_up import heard_from, list_unheard, next_dates
from tracker.queries.lists.filters import Filters
from tracker.queries.overview_summary import demand_matrix
from tracker.queries.search.site_search import search_everything
from tracker.queries.tables.analysis import same_demands_and_states, themes_and_states
from tracker.queries.tables.values import TableValues
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder
from tracker.validation.sources import words_stand_in_their_source
from tracker.validation.state_party import expected_state, other_state_in, state_in

NAMES = ["Kyrgyzstan", "Tajikistan", "Estonia", "Kazakhstan", "Slovenia"]
DEADLINES = """    deadlines:
      - {kind: reply, date: 2026-09-01, verification: reported, source: {document: upr-tjk}}
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    root = five_states(tmp_path_factory.mktemp("five") / "data")
    documents = root / "documents.yaml"
    text = documents.read_text("utf-8").replace("  - id: upr-tjk\n", f"  - id: upr-tjk\n{DEADLINES}")
    documents.write_text(text, "utf-8")
    assert check_folder(root) == []
    return DatasetReader(root).read()


def page(data, path, lang="en", **params):
    return READER_PAGES[path].render(ask(data, lang, **params)).body


def heads(html):
    return [
        " ".join(unescape(re.sub("<[^>]+>", " ", head)).split())
        for head in re.findall("<h2[^>]*>(.*?)</h2>", html, re.S)
    ]


def test_a_list_has_a_filter_a_group_for_each_state_and_the_state_in_each_row(data):
    html = page(data, "/recommendations")
    assert heads(html)[:3] == [
        "Kyrgyzstan: Civil society's recommendations 9 recommendations",
        "Kyrgyzstan: Mechanisms' recommendations 27 recommendations",
        "Tajikistan: Mechanisms' recommendations 4 recommendations",
    ]
    assert '<span class="rt-state">Estonia</span> · <abbr' in html
    assert 'id="rt-f-state-svn" value="svn"' in html
    chosen = page(data, "/recommendations", state=["est", "svn"])
    assert [head.partition(":")[0] for head in heads(chosen)[:2]] == ["Estonia", "Slovenia"]
    assert "Эстония: Рекомендации механизмов" in heads(page(data, "/recommendations", "ru"))[3]


def test_the_overview_counts_each_state_alone(data):
    html = page(data, "/")
    assert re.findall(r"/recommendations\?state=(\w+)&amp;by=committee[^>]*>[^<]*: (\d+)<", html) == [
        *(("kgz", "27"), ("tjk", "4"), ("est", "2"), ("kaz", "3"), ("svn", "2"))
    ]
    assert not re.search(r">\D*(24|33)\D*</a>", html)  # of all States
    assert "Tajikistan · UPR: " in " ".join(re.sub("<[^>]+>", "", html).split())
    snapshot = snapshot_page(ask(data))
    assert "Slovenia: Recommendations of UPR" in snapshot and not re.search(r"rt-tally.{1,2000}> 24", snapshot)


def test_what_another_state_was_asked_is_no_answer_to_a_demand(data):
    view = ask(data).view
    (row,) = [row for row in demand_matrix(view) if row.recommendation.id == "ngo-2024-r1"]
    assert "tjk-88-1" in {r.id for r in view.same_demand(row.recommendation)}
    assert {other.id[:3] for cell in row.cells for other in cell.same} <= {"ced", "ces", "ccp", "cat"}


def test_dates_are_those_of_the_state(data):
    view = ask(data).view
    assert [item.date for item in next_dates(view, view.recommendations["tjk-88-1"])] == ["2026-09-01"]
    assert next_dates(view, view.recommendations["est-88-1"]) == ()
    assert {gap.document.state for gap in list_unknown(view)} == {"kgz", "tjk", "est", "kaz", "svn"}
    html = page(data, "/deadlines")
    assert [head for head in heads(html) if head in NAMES] == NAMES
    assert "Next dates" in heads(html) and html.index("1 September 2026") < html.index('id="rt-kgz"')
    assert "Estonia · Cycle 3" in page(data, "/treaty-bodies")


def test_feed_calendar_and_data_are_filtered_by_state(data):
    assert b"Tajikistan" in render_calendar(ask(data, state=["tjk"])).body.replace(b"\r\n ", b"")
    assert b"Tajikistan" not in render_calendar(ask(data, state=["est"])).body
    assert b"<entry>" in render_feed(ask(data, state=["kgz"])).body
    assert b"<entry>" not in render_feed(ask(data, state=["svn"])).body
    found = json.loads(render_list(ask(data, state=["kaz"])).body)["recommendations"]
    assert {one["state_party"] for one in found} == {"kaz"} and len(found) == 3
    dates = json.loads(render_deadline_data(ask(data, state=["tjk"])).body)["deadlines"]
    assert [(one["state_party"], one["date"]) for one in dates] == [("tjk", "2026-09-01")]
    assert "Activity" in page(data, "/activity", state=["kgz"]) and "0 entries" in page(
        data, "/activity", state=["svn"]
    )


def test_exports_citations_cards_and_the_search_name_the_state(data):
    rows = list(csv.DictReader(io.StringIO(render_csv(ask(data, state=["est"])).body.decode("utf-8-sig"))))
    assert [row["state_party"] for row in rows] == ["est", "est"]
    sheets = load_workbook(io.BytesIO(render_xlsx(ask(data, "ru", state=["est"])).body)).worksheets[1:]
    assert all("Государство-участник" in {cell.value for cell in sheet[1]} for sheet in sheets)
    request = ask(data)
    r = request.view.recommendations["svn-88-2"]
    assert "Slovenia. Harm reduction services." in build_citation(request, r).text
    assert "Slovenia · UPR" in recommendation_preview(request, r, "/r/svn-88-2").description
    assert states_line(request, Filters()) == ", ".join(NAMES)
    found = search_everything(request.view, "Словения harm reduction")
    assert [one.id for one in found.recommendations.records] == ["svn-88-2"]


def test_analysis_shows_who_was_asked_what_and_what_is_asked_of_several(data):
    request = ask(data)
    values = TableValues(request.view, request.language)
    table = themes_and_states(values).table
    at = table["theme"].index("harm-reduction")
    asked = {code: [r.id for r in table[code][at]] for code in ("kgz", "tjk", "est", "kaz", "svn")}
    assert asked == {
        **{"kgz": ["cescr-2024-drugs"], "tjk": ["tjk-88-1", "tjk-89-1"]},
        **{"est": ["est-88-1"], "kaz": [], "svn": ["svn-88-2"]},
    }
    alike = same_demands_and_states(values).table
    assert [{r.id for r in cell} for cell in alike["est"]] == [{"est-88-1"}, set()]
    assert [{r.id for r in cell} for cell in alike["tjk"]] == [{"tjk-88-1"}, {"tjk-88-3"}]
    html = page(data, "/analysis")
    assert "UPR 2021 (2)" in html and "CESCR 2024" in html
    assert "Figures of different States are not added up." in html
    assert not re.search("On .* recommendation.* the State claims more|Committees make", html)
    assert "Committees make" in page(data, "/analysis", state=["kgz"])


@pytest.mark.parametrize("key", ["document", "cited_by"])
def test_what_is_said_of_a_state_stands_in_no_document_about_another_one(data, key):
    r = next(r for r in data.recommendations.values() if r.document == "upr-tjk")
    for document, told in (("upr-svn", True), ("upr-tjk", False)):
        source, reason = Source(**{key: document, "paragraph": "1"}), r.title
        said = Assessment(voice=Voice.STATE, status=Status.IMPLEMENTED, date="2024-01-02", reason=reason, source=source)
        found = [message.message for _path, message in words_stand_in_their_source(data, r, said)]
        assert ("{document} is about another State; name a document about this one" in found) == told


def test_imports_take_a_document_of_a_state_of_the_tracker_alone(data):
    request = ask(data)
    imported = read_document(report_of("est"))
    upr, table = imported.upr, partial(upr_table, request.view, imported, language=request.language)
    new = replace(upr, symbol="A/HRC/98/9")
    assert upr_document(request.view, new, request.language).state == "est"
    (row, *_) = table(upr).rows
    expected = expected_state(data)
    documents = request.view.documents

    def against(row, document):
        return [*contradictions(request.view, row, document, language=request.language, expected=expected)]

    assert against(row, documents["upr-est"]) == []
    other = against(replace(row, values=row.values[1:]), documents["upr-svn"])
    assert other == ["The row names Estonia, but the document is A/HRC/99/4 (Slovenia)."]
    strange = table(replace(upr, state="Norway")).rows[0]
    assert against(strange, None) == [f"The row is about Norway, but this tracker is about {', '.join(NAMES)}."]
    file = ImportedDocument("en", state="Kazakhstan", country="KAZ")
    refuse_other_state(file, data, "", of=request.view.states[3])
    with pytest.raises(ImportRefused):
        refuse_other_state(file, data, "", of=request.view.states[0])
    assert other_state_in(data, "CAT/C/NOR/CO/9") == "NOR" and other_state_in(data, "CAT/C/KAZ/CO/4") == ""
    assert state_in(data, "CAT/C/KAZ/CO/4", "Estonia") == "kaz" and state_in(data, "", "Словения") == "svn"


def test_a_submission_is_about_one_state(data):
    view = ask(data).view.of_state("tjk")
    assert view.settings.state_party["ru"].text == "Таджикистан" and not view.has_several_states
    found = select_recommendations(view, SubmissionStage.UPR, None)
    assert {r.document for r in found} == {"upr-tjk"}
    assert view.by_issuer(Issuer.CIVIL_SOCIETY) == ()


@pytest.mark.parametrize(("state", "heard", "silent"), [("rur", ("own",), []), ("kaz", (), ["co-2024"])])
def test_a_report_on_another_state_is_not_heard_in_a_follow_up(tmp_path, state, heard, silent):
    follow_up = "follow_up: {verification: to-check, paragraphs: ['3']}, deadlines: [{kind: reply, date: '2025-03'}],"
    documents = DOCUMENTS.replace("body:", "state: rur, body:").replace("{id: co-2024,", f"{{id: co-2024, {follow_up}")
    documents += f"  - {{id: own, state: {state}, body: cescr, kind: alternative-report, title: O, cycle: cescr-2024, issued: 2025-04, verification: to-check}}\n"
    states = "states: [{id: rur, name: Ruritania}, {id: kaz, name: Kazakhstan}]\n"
    view = ask(small(tmp_path, ("tracker", TRACKER + states), ("documents", documents))).view
    assert tuple(d.id for d in heard_from(view, view.documents["co-2024"])) == heard
    assert [item.document.id for item in list_unheard(view)] == silent


def test_one_state_in_the_list_changes_no_page(data, tmp_path):
    """A dataset that lists its only State is shown as one that lists none."""
    root = data.root
    shown = []
    for name, states in (("none", None), ("one", [{"id": "kgz", "name": {"en": "Kyrgyzstan"}}])):
        folder = tmp_path / name
        (folder / "recommendations").mkdir(parents=True)
        (folder / "treaty_bodies.yaml").write_bytes((root / "treaty_bodies.yaml").read_bytes())
        settings = yaml.safe_load((root / "tracker.yaml").read_text("utf-8"))
        settings = {**settings, "state_party": {"en": "Kyrgyzstan"}, "states": states or []}
        (folder / "tracker.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
        documents = (root / "documents.yaml").read_text("utf-8").partition("  - id: upr-")[0]
        documents = documents if states else documents.replace("    state: kgz\n", "")
        (folder / "documents.yaml").write_text(documents, "utf-8")
        for file in root.glob("recommendations/c*.yaml"):
            (folder / "recommendations" / file.name).write_bytes(file.read_bytes())
        one = DatasetReader(folder).read()
        paths = [path for path in READER_PAGES if path != "/recommendation"]
        shown.append([re.sub(rf"\b{one.signature}\b", "", page(one, path)) for path in paths])
    assert shown[0] == shown[1]
    assert not re.search('class="rt-state"|>State party<|state_party', "".join(shown[0]))
