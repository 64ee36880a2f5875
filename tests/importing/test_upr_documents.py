"""Documents of the Universal Periodic Review: reports of the Working Group, addenda with answers, thematic lists."""

import io
import itertools
from dataclasses import replace
from datetime import date
from functools import partial

import docx
import pytest

from tests.support.examples import examples
from tests.support.story_folder import made
from tests.support.upr_files import FRONT, as_docx, as_html, as_pdf, as_text, whole_report
from tracker.i18n import get_language
from tracker.importing.documents.reader import read_document
from tracker.importing.documents.upr.report_reader import named_numbers
from tracker.importing.dry_run import describe_upr
from tracker.importing.recommending_states import states_in
from tracker.importing.upr_rows import cycle_of, upr_table
from tracker.model.errors import UnusableFile
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

EXAMPLES = examples(__file__)
FORMATS = {"pdf": as_pdf, "docx": as_docx, "html": as_html, "text": as_text}
CYRILLIC = ("russian",)  # the fonts that every PDF has are Latin
LAYOUTS = [
    (name, form) for name, form in itertools.product(EXAMPLES["layouts"], FORMATS) if (form, name) != ("pdf", "russian")
]


def upr(data: bytes):
    found = read_document(data).upr
    assert found
    return found


def rows(found) -> list[tuple[str, str, str]]:
    return [(one.number, ", ".join(one.recommenders), str(one.position)) for one in found.recommendations]


@pytest.mark.parametrize(("name", "form"), LAYOUTS, ids=lambda value: value)
def test_each_layout_is_read_in_each_kind_of_file(name, form):
    example = EXAMPLES["layouts"][name]
    report = whole_report(example["section"], **{key: example[key] for key in ("closing",) if key in example})
    found = upr(FORMATS[form](report))
    wanted = [tuple(map(str.strip, line.split("|"))) for line in example["rows"].strip().splitlines()]
    assert rows(found) == wanted
    texts = {one.number: one.text for one in found.recommendations}
    assert {number: texts[number] for number in example.get("texts", {})} == example.get("texts", {})
    problems = [str(problem) for problem in found.problems]
    assert [
        (said, begin)
        for said, begin in zip(problems, example.get("problems", ()), strict=True)
        if not said.startswith(begin)
    ] == []
    front = (found.symbol, found.state, found.reviewed, found.adopted, found.session)
    assert front == ("A/HRC/99/7", "Ruritania", "2021-05-04", "2021-05-07", "fortieth")


def test_a_report_says_until_when_the_state_answers_and_all_of_it_is_json():
    found = describe_upr(upr(as_pdf(whole_report(EXAMPLES["layouts"]["new_reports"]["section"]))))
    assert found["document"] == {
        **{"kind": "report", "symbol": "A/HRC/99/7", "state": "Ruritania", "reviewed": "2021-05-04"},
        **{"adopted": "2021-05-07", "session": "fortieth", "language": "en"},
        "answers_due": "the fiftieth session of the Human Rights Council",
    }
    assert found["recommendations"][2] == {
        **{"number": "8.1", "paragraph": "8", "recommenders": ["North Macedonia"], "position": "to-be-examined"},
        "text": "Ratify the 2014 Protocol to Convention No. 29 (North Macedonia)",
        "position_words": "The following recommendations will be examined by Ruritania, which will provide responses in due "
        "time, but no later than the fiftieth session of the Human Rights Council:",
        **{"themes": [], "affected_persons": []},
    }
    assert found["problems"] == []


@pytest.mark.parametrize("name", EXAMPLES["addenda"])
def test_an_addendum_gives_positions_by_number_and_leaves_the_others_open(name):
    example = EXAMPLES["addenda"][name]
    front = FRONT.partition("~~~")[0].replace("Ruritania", "Ruritania\nAddendum").replace("99/7", "99/7/Add.1")
    found = upr(as_text(f"{front}{example['text']}").replace(b"A/HRC/99/7\n", b""))
    assert (found.kind, found.symbol, found.state) == ("addendum", "A/HRC/99/7/Add.1", "Ruritania")
    wanted = {position: str(numbers).split() for position, numbers in example["rows"].items()}
    assert {p: [o.number for o in found.recommendations if o.position == p] for p in wanted} == wanted
    assert {one.position for one in found.recommendations} == {*wanted}
    begins = example.get("problems", [])
    assert [str(said)[: len(begin)] for said, begin in zip(found.problems, begins, strict=True)] == begins


def thematic_list(*tables: list[list[str]], title: str = "") -> bytes:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "UPR of Ruritania (3rd Cycle – 40th session)\tThematic list"
    for text in filter(None, title.split("\n")):
        document.add_paragraph(text)
    for rows_of_table in tables:
        table = document.add_table(len(rows_of_table), len(rows_of_table[0]))
        for row, cells in zip(table.rows, rows_of_table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_a_thematic_list_gives_positions_states_themes_and_persons_as_printed():
    source = "\nSource of position: A/HRC/99/7/Add.1 - Para. 3"
    themes = "A12 Acceptance of international norms\nB31 Equality\nAffected persons:\n- children\n- women"
    newer = "- Acceptance of international norms\nSDGs: \n- 16 - PEACE\nGroups of Persons: \n- Public officials"
    found = upr(
        thematic_list(
            [
                ["Recommendation", "Position", "Full list of themes", "Comments"],
                ["Theme: A12"] * 4,
                [f"115.3 Ratify it (Portugal, Slovakia);{source}", "Supported", themes, ""],
                ["Theme: B31"] * 4,
                [f"115.3 Ratify it (Portugal, Slovakia);{source}", "Supported", themes, ""],
                [f"115.1. Sign it (Croatia);{source}", "Supported/Noted", newer, ""],
                ["Without a number (Cuba)", "Noted", "", ""],
            ]
        )
    )
    assert (found.kind, found.symbol, found.state, found.session) == (
        "thematic-list",
        "A/HRC/99/7",
        "Ruritania",
        "40th",
    )
    assert rows(found) == [("115.3", "Portugal, Slovakia", "supported"), ("115.1", "Croatia", "partly-supported")]
    first, second = found.recommendations
    assert (first.text, second.position_words) == ("Ratify it (Portugal, Slovakia)", "Supported/Noted")
    assert first.themes == ("A12 Acceptance of international norms", "B31 Equality")
    assert (first.affected_persons, second.affected_persons) == (("children", "women"), ("Public officials",))
    assert [str(problem) for problem in found.problems] == [
        "Row 7 has no number, so it was left out: “Without a number (Cuba)…”"
    ]


def test_each_word_for_a_position_in_a_thematic_list_is_understood_or_told():
    words = {
        **{"Accepted": "supported", "Partially accepted": "partly-supported", "Not accepted": "not-supported"},
        **{
            "Supported/partially": "partly-supported",
            "Noted / Supported": "partly-supported",
            "Pending": "to-be-examined",
        },
        **{"Under consideration": "to-be-examined", "Rejected": "not-supported", "Supported, not accepted": None},
        **{"See the annex": None, "": None},
    }
    cells = [[f"115.{n} Ratify it (Cuba)", said] for n, said in enumerate(words, 1)]
    found = upr(thematic_list([["Recommendation", "Position"], *cells]))
    assert {one.position_words: one.position for one in found.recommendations} == words
    assert [str(problem) for problem in found.problems] == [
        "Row 10, 115.9: the position “Supported, not accepted” is not understood.",
        "Row 11, 115.10: the position “See the annex” is not understood.",
        "Row 12, 115.11: it has no position.",
    ]


def test_a_table_names_no_state_if_its_column_and_its_text_differ_and_tells_what_stands_outside():
    cells = [["Recommendation", "State", "Position"], ["115.1 Ratify it", "Switzerland", "Noted"]]
    cells += [["115.2 End it (Sweden)", "Denmark", "Supported"], ["115.3 Ask (Cuba)", "Cuba", "Noted"]]
    found = upr(thematic_list(cells, title="114.1 Sign it (Norway);\n115.3 Ask (Cuba)\n59.2 million people live there"))
    assert rows(found)[0] == ("115.1", "Switzerland", "noted")
    assert rows(found)[1] == ("115.2", "", "supported")
    assert rows(found)[2] == ("115.3", "Cuba", "noted")
    assert [str(problem) for problem in found.problems] == [
        "Only the table is read. Numbered text outside of it is not: 114.1. Bring it in from a file without the table.",
        "Row 3, 115.2: the text names “Sweden”, the column “Denmark”. No recommending State is read: enter it after the import.",
    ]


@pytest.mark.parametrize(
    ("day", "cycle"),
    [
        *(("2011-10-14", "1"), ("2012-05-25", "2"), ("2016-11-14", "2"), ("2017-05-05", "3")),
        *(("2022-02-04", "3"), ("2022-11-16", "4"), ("2022-11", "4"), ("2024-02-02", "4")),
    ],
)
def test_the_cycle_follows_from_the_last_day_of_the_date(day, cycle):
    assert cycle_of(day) == cycle


def test_a_table_of_answers_in_an_addendum_is_read_row_by_row():
    title = "Report of the Working Group on the Universal Periodic Review\nRuritania\nAddendum\nA/HRC/99/7/Add.1"
    answers = [["No.", "Recommendation", "Position", "Comment"], ["76.1; 76.2", "Ratify (Cuba)", "Accepted", "Soon"]]
    marks = [["No.", "Accepted", "Noted"], ["77.1", "X", ""], ["77.2", "", "✓"]]
    others = [
        ["76.3", "Sign", "Noted", "It accepts much"],
        ["76.4", "Join", "Partly", ""],
        ["76.5", "Go", "Noted; accepted", ""],
    ]
    found = upr(thematic_list([*answers, *others], marks, title=title))
    assert [(one.number, one.position) for one in found.recommendations] == [
        *(("76.1", "supported"), ("76.2", "supported"), ("76.3", "noted")),
        *(("77.1", "supported"), ("77.2", "noted")),
    ]
    assert found.symbol == "A/HRC/99/7/Add.1"
    assert [str(problem) for problem in found.problems] == [
        "What the State answers to 76.4 is not understood (“76.4”): “Partly”",
        "What the State answers to 76.5 is not understood (“76.5”): “Noted; accepted”",
    ]


SECTION = EXAMPLES["layouts"]["new_reports"]["section"]
PAPER = f"{FRONT.replace('Report of the Working Group on the Universal Periodic Review*', 'Compilation prepared by')}1. It is so."
UNUSABLE = {
    "two covers": (
        as_pdf(
            f"{whole_report(SECTION)}\n~~~\n{whole_report(SECTION).replace('99/7', '99/8').replace('Ruritania', 'Freedonia')}"
        ),
        "more than one document",
    ),
    "400 pages": (
        as_pdf(f"{whole_report(SECTION)}{'~~~' + 'word ' * 12}" + f"\n~~~\n{'word ' * 12}" * 400),
        "a report of the Working Group has 15 to 60",
    ),
    "another paper": (
        as_pdf(PAPER.replace("A/HRC/99/7", "A/HRC/WG.6/40/RUR/2")),
        "another paper of the Human Rights Council",
    ),
    "a scan": (as_pdf(""), "has pictures of its pages and no text"),
    "a cut file": (as_pdf(whole_report(SECTION))[:900], "damaged"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_used_gets_one_clear_sentence(name):
    data, said = UNUSABLE[name]
    with pytest.raises(UnusableFile, match=said):
        read_document(data)


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Ratify (CEDAW) (see para. 5) (art. 12) (Paris Principles)", []),
        ("Ratify CED (Paraguay (Argentina);", ["Paraguay", "Argentina"]),
        ("the Criminal Court Ghana);", ["Ghana"]),
        ("a) Join it (para. 5) Ghana);", ["Ghana"]),
        ("a) Join it (Atlantis, Spain, Norway)", []),
        ("Join it (Atlantis and Norway).", []),
        ("Join it (Czech Republic 4); ( Peru) (Romania)3;", ["Czech Republic", "Peru", "Romania"]),
        (
            "Join (United States of Americas) (Libya Arab Jamahiriya)",
            ["United States of Americas", "Libya Arab Jamahiriya"],
        ),
        (
            "Join (The Philippines) and (the Netherlands, El Salvador, Trinidad and Tobago)",
            ["Philippines", "Netherlands", "El Salvador", "Trinidad and Tobago"],
        ),
    ],
)
def test_brackets_with_states_are_told_from_others(text, states):
    assert list(states_in(text)) == states


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("122.17-19", "122.17 122.18 122.19"), ("122.17–116.3", "122.17 116.3"), ("122.17–116.17", "122.17 116.17")],
)
def test_no_number_that_an_answer_names_is_lost_in_a_range(text, numbers):
    assert " ".join(named_numbers(text)) == numbers


@pytest.mark.parametrize("form", FORMATS)
def test_no_word_of_a_recommendation_is_saved_that_the_file_does_not_have(tmp_path, form):
    review = partial(
        upr_table, View(DatasetReader(made(tmp_path)).read(), date(2026, 7, 27)), language=get_language("en")
    )
    section = "12. The following recommendations enjoy the support of Ruritania:\n12.1 Train the police (Norway);\n"
    read = read_document(FORMATS[form](whole_report(f"{section}12.2 Sign the Protocol (Chad);")))
    assert [row.value("text") for row in review(read, read.upr).rows][1] == "Sign the Protocol (Chad)"
    assert review(read, read.upr).problems == ()
    (problem,) = review(replace(read, file_text=read.file_text.replace("Sign", "Sign not")), read.upr).problems
    assert (problem.row, problem.message[:55]) == (2, "Its words, as they were put together, are not in the fi")
