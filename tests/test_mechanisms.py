"""Mechanisms are data: nine of them on every page, in imports and in exports, and none of them named in the program."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from lxml.html import fromstring

from tests.support.canary_folder import lay
from tests.support.form_pages import html, opening
from tests.support.import_files import ENGLISH, TODAY, read, sheet_bytes, uhri_json, uhri_record
from tests.support.nine_mechanisms import NINE, PAGES, nine, nine_files, symbol_of
from tests.support.server_process import ROOT
from tests.support.small_observations import SMALL_OBSERVATIONS
from tests.support.view_requests import ask
from tracker.importing.documents.reader import read_document
from tracker.importing.documents.records import ParagraphChoice, new_document, records_to_save, review_paragraphs
from tracker.importing.tables.row_comparison import RowDefaults
from tracker.importing.tables.row_review import records_of_rows, review_sheet
from tracker.importing.tables.vocabulary import ImportVocabulary
from tracker.importing.uhri import JsonRecords, UhriChoice, read_uhri
from tracker.importing.uploads import review_uhri
from tracker.model.errors import ImportRefused
from tracker.model.vocabulary import MechanismKind, StateResponse
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.json_api import render_list
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.publishing.pages.recommendations import render_recommendations
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.publishing.pages.treaty_bodies import render_treaty_bodies
from tracker.queries.data_health import list_readings
from tracker.queries.overview_summary import demand_matrix
from tracker.queries.view import View
from tracker.sandbox.limits import UHRI_FILE
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml.defaults import known_mechanisms
from tracker.validation.check import check_folder


def test_nothing_in_the_program_names_a_committee():
    bodies = [body for body in known_mechanisms().values() if body.kind is MechanismKind.TREATY_BODY]
    names = [text.text for body in bodies for text in body.name.values()]
    named = re.compile("|".join([*(rf"\b{body.code}\b" for body in bodies), *map(re.escape, names)]))
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for folder in ("tracker", "pages")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".yaml", ".js", ".css"} and "defaults" not in path.parts
        for match in named.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_nine_mechanisms_are_on_every_page(tmp_path, monkeypatch):
    opened = opening(tmp_path, monkeypatch, {})
    for path in (tmp_path / "data").rglob("*.yaml"):
        path.unlink()
    version = nine(tmp_path / "data").recommendations["upr-1"].version
    assert check_folder(tmp_path / "data") == []
    shown = {}
    for name in PAGES:
        page = opened(name)
        assert page.exception == [], name
        shown[name] = html(page)
    for body in known_mechanisms().values():
        assert (body.name["en"].text in shown["treaty_bodies"]) == (body.id in NINE), body.id
    assert "Report of the Working Group" in shown["treaty_bodies"]
    assert "Recommendations of States: 1" in shown["treaty_bodies"]
    assert shown["treaty_bodies"].count("It gives no grades.") == 3
    # what is no treaty body is not called one
    assert "Treaty bodies" not in shown["overview"] and ">Mechanisms</a>" in shown["overview"]
    assert (
        "Mechanisms&#39; recommendations" in shown["recommendations"] and "Committees" not in shown["recommendations"]
    )
    for body in NINE:
        page = opened("recommendation", id=f"{body}-1")
        assert page.exception == []
        assert ("France, Chile" in html(page)) == (body == "upr")
    for page in (opened("edit", what="document"), opened("submission", of="follow-up")):
        assert [box.label for box in page.selectbox if box.label in ("Committee", "Mechanism")] == ["Mechanism"]
    form = opened("recommendation", id="upr-1", form="edit", editing=version)
    assert next(box for box in form.selectbox if box.key.endswith("_response")).value is StateResponse.NOTED


def test_rows_of_a_sheet_go_to_the_nine_and_another_mechanism_is_left_out_by_name(tmp_path):
    view = View(nine(tmp_path), TODAY)
    titles = {body: f"Title of {body}" for body in NINE}
    rows = [[known_mechanisms()[body].name["ru"].text, "2024", titles[body], "", ""] for body in NINE if body != "upr"]
    rows += [["UPR", "2024", titles["upr"], "France; Chile", "accepted"], ["CMW", "2024", "Another", "", ""]]
    heading = ["Committee", "Date of the document", "Recommendation", "Recommending States", "Response"]
    sheet = read(sheet_bytes(heading, *rows), ImportVocabulary.from_view(view, ENGLISH))
    reviewed = review_sheet(view, sheet, RowDefaults(), language=ENGLISH)
    kept = [row for row in reviewed if row.can_be_saved]
    made = records_of_rows(view, kept, RowDefaults(), language=ENGLISH)
    assert {r.title[""].text: r.document for r in made} == {title: f"{body}-4" for body, title in titles.items()}
    (upr,) = (r for r in made if r.document == "upr-4")
    assert (upr.recommending_states, upr.response) == (("France", "Chile"), StateResponse.SUPPORTED)
    (left_out,) = (row for row in reviewed if not row.can_be_saved)
    assert "“CMW” is not a treaty body of this tracker, so the row is left out." in str(left_out)


def test_what_uhri_says_of_a_recommendation_of_the_upr_is_brought_in(tmp_path):
    view = View(nine(tmp_path), TODAY)
    words = ImportVocabulary.from_view(view, ENGLISH)
    record = uhri_record(
        Symbol=symbol_of("upr"),
        Body="- Universal Periodic Review",
        Text="140.12 Ratify the Convention (Chile);",
        UprRecommendingCountry=["- Chile"],
        UprPositions=["- Supported"],
    )
    found = read_uhri(
        JsonRecords(uhri_json(record), ENGLISH), UhriChoice(states=("Ruritania",)), words, limits=UHRI_FILE
    )
    (row,) = review_uhri(view, found, RowDefaults(), language=ENGLISH)
    (r,) = records_of_rows(view, [row], RowDefaults(), language=ENGLISH)
    assert (r.document, r.paragraph, r.recommending_states, r.response) == (
        "upr-4",
        "140.12",
        ("Chile",),
        StateResponse.SUPPORTED,
    )


@pytest.mark.parametrize("body", ["crc", "crpd", "cmw"])
def test_a_document_is_of_the_mechanism_that_its_symbol_names(tmp_path, body):
    view = View(nine(tmp_path), TODAY)
    symbol = symbol_of(body).replace("4", "5")
    imported = read_document(
        SMALL_OBSERVATIONS.replace("E/C.12/KGZ/CO/5\nCommittee on Economic, Social and Cultural Rights", symbol)
        .replace("Kyrgyzstan", "Ruritania")
        .encode()
    )
    assert (imported.symbol, imported.body) == (symbol, body)
    choices = [
        ParagraphChoice(r, r.title) for r in review_paragraphs(view, imported, None) if r.paragraph.number == "4"
    ]
    listed = body if body in NINE else "cescr"
    document = new_document(view, imported, body=listed, title="The text", cycle="5")
    if body in NINE:
        saved = records_to_save(view, imported, document, choices=choices, reason={}, was_read=True)
        assert [record.id for record in saved][1:] == [f"{body}-2026-4"]
    for wrong in ["cescr", "upr"]:
        with pytest.raises(ImportRefused) as refused:
            records_to_save(view, imported, replace(document, body=wrong), choices=choices, reason={})
        assert refused.value.values["found"] == known_mechanisms()[body].code


def test_nine_mechanisms_leave_in_every_format(tmp_path):
    found = nine(tmp_path)
    request = ask(found, columns=["id", "body", "recommending_states", "response"])
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(render_csv(request).body.decode("utf-8-sig")))}
    assert {rows[f"{body}-1"][0] for body in NINE} == set(NINE)
    assert rows["upr-1"] == ["upr", "France; Chile", "noted"]
    listed = {one["id"]: one for one in json.loads(render_list(ask(found)).body)["recommendations"]}
    assert listed["upr-1"]["recommending_states"] == ["France", "Chile"]
    assert listed["crc-1"]["treaty_body"]["name"]["fr"]["text"] == "Comité des droits de l’enfant"
    assert render_xlsx(ask(found, lang="ru")).body[:2] == b"PK"
    assert "Универсальный периодический обзор" in render_snapshot(ask(found, lang="ru")).body.decode()


def test_what_a_dataset_says_of_a_known_mechanism_replaces_the_default_key_by_key(tmp_path):
    own = """\
treaty_bodies:
  - {id: crc, name: {ru: Комитет}, scales: []}
  - {id: court, code: ERC, kind: regional, name: Court of Ruritania}
"""
    for name, text in {**nine_files(), "treaty_bodies.yaml": own}.items():
        if "/" not in name and name != "documents.yaml":
            (tmp_path / name).write_text(text, "utf-8")
    found = DatasetReader(tmp_path).read()
    crc, court = found.bodies.values()
    assert (crc.name["ru"].text, crc.name["en"].text) == ("Комитет", "Committee on the Rights of the Child")
    assert (crc.scales, crc.symbols, court.treaty) == ((), ("CRC/C/",), None)


QUOTED = "text: {{en: {{text: Train the police ({}), origin: official}}}}\n"


def two_reviews() -> dict[str, str]:
    """The files of `nine_files` with a demand that two cycles of the UPR, one of them twice, and two committees repeat."""
    files = nine_files()
    report = "{{id: upr-{0}, body: upr, kind: concluding-observations, title: Report, cycle: '{0}', considered: {1}, verification: to-check}}\n"
    files["documents.yaml"] += f"  - {report.format(2, 2015)}  - {report.format(3, 2020)}"
    upr = files["recommendations/upr-1.yaml"].partition("recommending_states")[0]
    for name, cycle, number, state in (("a", 2, "7", "Chad"), ("b", 2, "8", "Peru"), ("c", 3, "9", "Chad")):
        states = f"recommending_states: [{state}]\nresponse: to-be-examined\n" + QUOTED.format(state)
        text = upr.replace("upr-4", f"upr-{cycle}").replace("'7'", f"'{number}'").replace("reported", "seen")
        files[f"recommendations/{name}.yaml"] = text + states
    same = "".join(f"  - {{recommendation: {one}, extent: part}}\n" for one in ("a", "b", "c", "crc-1", "cat-1"))
    files["recommendations/ours-1.yaml"] += f"same_demand:\n{same}"
    return files


@pytest.mark.parametrize("response", ["", "response: supported\n"])
def test_a_recommendation_of_the_review_of_which_no_recommending_state_was_read_says_so(tmp_path, response):
    files = two_reviews()
    files["recommendations/a.yaml"] = files["recommendations/a.yaml"].partition("recommending_states")[0] + response
    lay(tmp_path, files)
    found = DatasetReader(tmp_path).read()
    of_page, of_a = ask(found, id=["a"]), ask(found, body=["upr"])
    for said in (render_recommendation(of_page), render_recommendations(of_a), render_snapshot(of_a)):
        text = " ".join(fromstring(said.body).text_content().split())
        assert "recommending State not read" in text
        assert ("Position of the State: supported" in text) == bool(response)


def test_a_recommendation_of_states_says_who_made_it_when_and_what_the_state_answered(tmp_path):
    lay(tmp_path, two_reviews())
    found = DatasetReader(tmp_path).read()
    assert [str(one) for one in found.problems] == []

    def page(path, draw, **params):
        text = fromstring(draw(ask(found, **{name: [value] for name, value in params.items()})).body).text_content()
        return " ".join(text.split())

    said = page("/recommendation", render_recommendation, id="b")
    assert "Universal Periodic Review · " in said and "A committee's recommendation" not in said
    assert "UPR Recommended by: Peru, Chad (in the same words, para. 7) Position of the State: to be examined" in said
    assert "Cycle 2 · considered: 2015 · what the State said, not an assessment" in said
    assert "No grade is recorded." not in said and "Follow-up not checked yet" not in said
    # how often: committees and the UPR each by itself
    demand = page("/recommendation", render_recommendation, id="ours-1")
    assert (
        "UN treaty body: 2 recommendations, 2 reporting cycles · Universal Periodic Review: 3 recommendations, 2"
        in demand
    )
    (row,) = demand_matrix(View(found, TODAY))
    assert (row.same_demand_count, row.committees) == (2, 2)
    # the same words are one entry in the list, with both States
    listed = page("/recommendations", render_recommendations, body="upr")
    assert "Chad, Peru (para. 8) · Position of the State: to be examined" in listed
    assert listed.count("Position of the State: to be examined") == 2
    mechanisms = page("/treaty-bodies", render_treaty_bodies)
    assert mechanisms.count("Position of the State: to be examined by the State") == 2
    assert "Cycle 4" in mechanisms and "Cycle 3" in mechanisms and "Cycle 2" in mechanisms
    # the To do of editors follows from the marks
    readings = {d.id: [(one.what, one.paragraph) for one in lines] for d, lines in list_readings(View(found, TODAY))}
    assert readings["upr-2"] == [("document", ""), ("answers", "")]
    assert readings["crc-4"] == [("document", ""), ("words", "7")]
