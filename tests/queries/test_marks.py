"""The mark "source read": nobody has it without saying where, and it is the same wherever a record is shown."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.story_folder import ASKED, DOCUMENTS, GRADED, NEWS, RECOMMENDED, RECORDED, TRACKER, made
from tests.support.view_requests import ask
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.exports import csv_export, json_api
from tracker.publishing.exports.atom_feed import render_feed
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.pages.analysis import render_pictures
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.sheet import render_sheet
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import build_submission
from tracker.queries.data_health import list_unverified
from tracker.queries.deadlines import list_agenda
from tracker.queries.tables.values import TableValues
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder
from tracker.web.page_shell import render_permanent_link

TODAY = date(2026, 6, 18)
R1, LAW = "recommendations/r1.yaml", "evidence/law.yaml"
UNPLACED = ASKED.replace(", paragraph: 1", "")
TIME = RECORDED.replace(": ", ": '") + "'"
STATE = f"assessments:\n  - {{voice: state, status: implemented, date: 2025, reason: R, %s{TIME}}}\n"
READ = "verification: seen, "
CO_5 = (
    "  - {id: co-5, body: ccpr, kind: concluding-observations, title: CO 5, cycle: 5, issued: 2025, verification: %s,"
    " deadlines: [{kind: reply, date: 2027, %s}]}\n"
)


def said(tmp_path, files=None, documents=""):
    """What is said of the files, and the view of them."""
    root = made(tmp_path / "data", {"documents.yaml": DOCUMENTS + documents, R1: ASKED, **(files or {})})
    found = [problem.message for problem in check_folder(root) if "where it was read" in problem.message]
    return bool(found), View(DatasetReader(root).read(), TODAY)


@pytest.mark.parametrize(
    ("text", "mark", "is_problem"),
    [
        (UNPLACED, "to-check", True),
        (ASKED, "seen", False),
        (UNPLACED + "text: {en: {text: End it., origin: official}}\n", "seen", False),
        (UNPLACED + "text: {en: {text: End it., origin: own}}\n", "to-check", True),
    ],
)
def test_a_recommendation_was_read_only_with_a_paragraph_or_a_quotation(tmp_path, text, mark, is_problem):
    found, view = said(tmp_path, {R1: text})
    assert (view.recommendations["r1"].verification, found) == (mark, is_problem)


@pytest.mark.parametrize(
    ("typed", "mark", "is_problem"),
    [
        ("", "to-check", False),
        (READ, "to-check", True),
        (READ + "source: {document: co-3}, ", "to-check", True),
        (READ + "source: {document: co-3, paragraph: 4}, ", "seen", False),
        ("source: {document: co-3, paragraph: 4}, ", "to-check", False),
    ],
)
def test_an_assessment_was_read_only_with_document_and_paragraph(tmp_path, typed, mark, is_problem):
    found, view = said(tmp_path, {R1: ASKED + STATE % typed})
    (assessment,) = view.assessments["r1"]
    assert (assessment.verification, found) == (mark, is_problem)


@pytest.mark.parametrize(
    ("typed", "mark", "is_problem"),
    [
        ("", "to-check", False),
        ("source: {document: co-5, paragraph: 61}", "to-check", False),
        (READ, "to-check", True),
        (READ + "source: {document: co-5, paragraph: 61}", "seen", False),
        ("sentence: {en: {text: Reply., origin: official}}", "seen", False),
    ],
)
def test_a_deadline_was_read_only_with_a_paragraph_or_a_quoted_sentence(tmp_path, typed, mark, is_problem):
    found, view = said(tmp_path, documents=CO_5 % ("seen", typed))
    assert ([item.verification for item in list_agenda(view) if item.deadline], found) == ([mark], is_problem)


def test_a_date_is_not_read_in_a_document_that_nobody_read(tmp_path):
    document = CO_5 % ("to-check", READ + "source: {document: co-5, paragraph: 61}")
    _, view = said(tmp_path, documents=document)
    assert {item.verification for item in list_agenda(view) if item.document.id == "co-5"} == {"to-check"}


@pytest.mark.parametrize(("where", "mark"), [("", "to-check"), ("link: https://24.kg/1\n", "seen")])
def test_evidence_was_read_only_if_it_says_what_was_read(tmp_path, where, mark):
    found, view = said(tmp_path, {LAW: NEWS.replace("reported", "seen") + where})
    assert (view.evidence["law"].verification, found) == (mark, mark == "to-check")


def test_the_mark_is_the_same_on_the_page_in_the_table_and_in_the_api(tmp_path):
    _, view = said(tmp_path, {R1: UNPLACED + STATE % READ})
    request = ask(view.dataset, one="r1")
    assert "source read" not in render_permanent_link(request).body.decode()
    table = csv_export.render_csv(ask(view.dataset, columns=["id", "verification"])).body.decode("utf-8-sig")
    assert [row["verification"] for row in csv.DictReader(io.StringIO(table)) if row["id"] == "r1"] == ["to-check"]
    answer = json.loads(json_api.render_one(request).body)
    assert {answer["verification"], *(a["verification"] for a in answer["assessments"])} == {"to-check"}
    assert "r1" in {task.record.id for task in list_unverified(view) if {"verification", "assessments"} <= {*task.what}}


BY_HAND = """\
text: {en: {text: Never end it., origin: official}, ru: {text: Прекратить., origin: own}}
parts: [{id: a, summary: {en: {text: In part., origin: own}}}]
history:
  - {field: text, old: '{en: {text: End it., origin: official}}', reason: R., recorded: 2026-06-02T00:00:00.000000Z, recorded_by: editor-c}
  - {field: verification, old: seen, reason: R., recorded: 2026-06-02T00:00:00.000001Z, recorded_by: editor-c}
"""
CHANGED = "changed by hand on 2 June 2026, not compared with the document yet"
PAGES_WITH_MARKS = {"/recommendations": {}, "/search": {"q": ["never"]}}
CHAIN = "assessments: [{voice: committee, grade: A, date: 2022-12, reason: R., source: {document: hrc-fu}, recorded: '2026-01-01T12:00:00.000000Z'}]\n"


def test_what_was_changed_by_hand_says_so_beside_the_words_wherever_they_stand(tmp_path):
    graded = GRADED.replace("verification: reported", "verification: to-check") + BY_HAND
    _, view = said(
        tmp_path, {R1: ASKED.replace("seen", "to-check") + BY_HAND, "recommendations/g.yaml": graded + CHAIN}
    )
    request = ask(view.dataset, "en")
    for id in ("r1", "g"):
        one = replace(request, params={"id": [id]})
        html = READER_PAGES["/recommendation"].render(one).body
        beside = html[html.index("<blockquote") :].partition("</p>")[0]
        assert CHANGED in beside and "Quoted from" not in beside
        assert "In part.</dd>" not in html and "our wording" in html
    pages = (READER_PAGES[path].render(replace(request, params=p)).body for path, p in PAGES_WITH_MARKS.items())
    for html in (*pages, render_brief(request).body.decode(), render_snapshot(request).body.decode()):
        assert html.count(CHANGED) >= 2
    choice = Choice(SubmissionStage.UPR, None, (view.recommendations["r1"],))
    submission = build_submission(request, choice, request)
    assert [note for note in submission.notes if "the quotation: changed by hand on 2 June 2026" in note]
    assert "Never end it." not in str(submission)
    # what never was compared is a doubt of the tracker: the page says so, the document does not
    never = replace(view.recommendations["r1"], history=())
    unsaid = build_submission(request, replace(choice, recommendations=(never,)), request)
    assert [note for note in unsaid.notes if "not checked yet. The document does not say so." in note]


WATCH = "\norganisations: [{id: watch, name: Health Watch, kind: civil-society}]\n"
BY_WATCH = "{{field: {}, old: '{}', reason: R., recorded: '2026-06-04T00:00:00.000000Z', recorded_by: editor-w, recorded_for: watch}}"
COMPARED = (
    "{field: verification, old: to-check, reason: R., recorded: '2026-06-03T00:00:00.000000Z', recorded_by: editor-c}"
)
COMPARED_BY = "changed by hand by Health Watch on 2 June 2026, compared with the document by the editors of this tracker on 3 June 2026"
BY = "changed by Health Watch on 4 June 2026"


def test_what_another_organisation_changed_says_whose_hand_it_was_also_after_it_was_compared(tmp_path):
    """The title, the summary, a part, the quotation, and a date of the document and its deadline."""
    edits = {"title": "Before", "summary": "Before", "parts": "[{id: a, summary: B}]"}
    lines = [f"  - {BY_WATCH.format(*edit)}\n" for edit in edits.items()]
    one = ASKED + BY_HAND.replace("editor-c", "editor-w, recorded_for: watch") + "".join(lines) + f"  - {COMPARED}\n"
    dated = CO_5 % ("seen", "sentence: {en: {text: R., origin: official}}")
    before = {"issued": "2024", "deadlines": "[{kind: reply, date: 2026}]"}
    dated = dated[:-2] + f", history: [{', '.join(BY_WATCH.format(*edit) for edit in before.items())}]}}\n"
    _, view = said(tmp_path, {R1: one, "tracker.yaml": TRACKER + WATCH}, dated)
    request = ask(view.dataset, "en")
    html = READER_PAGES["/recommendation"].render(replace(request, params={"id": ["r1"]})).body
    assert COMPARED_BY in html
    assert html.partition("</h1>")[0].endswith("Repeal the punishments (changed by Health Watch)")
    assert "In part. (changed by Health Watch)" in html
    # what the tracker's editors read after the change says no more who changed it
    later = {R1: one.replace("2026-06-03", "2026-06-05"), "tracker.yaml": TRACKER + WATCH}
    compared = ask(said(tmp_path / "later", later, dated)[1].dataset, "en")
    html = READER_PAGES["/recommendation"].render(replace(compared, params={"id": ["r1"]})).body
    assert "(changed by" not in html and "In part." in html
    assert READER_PAGES["/treaty-bodies"].render(request).body.count(BY) == 2  # the date to come, too
    assert READER_PAGES["/deadlines"].render(request).body.count(BY) == 5  # at the dots of the timeline, too


FOLLOWED = (
    "  - {id: co-6, body: ccpr, kind: concluding-observations, title: CO 6, cycle: 6, issued: 2025, verification: seen,"
    " recorded_for: %s, recorded_by: editor-h, follow_up: {verification: seen, paragraphs: ['1'], source: {document: co-6, paragraph: 61},"
    " steps: [{date: 2026-01, description: Sent.}], rounds: [{verification: to-check, action: Meet.}], note: N.}, history: [%s]}\n"
)
FIRST = "{verification: seen, paragraphs: ['1'], source: {document: co-6, paragraph: 61}, steps: [{date: 2025-02, description: Sent.}], rounds: [], note: M.}"


def test_the_rounds_steps_and_notes_of_a_follow_up_say_who_else_changed_them(tmp_path):
    edit = BY_WATCH.format("follow_up", FIRST.replace("'", "''"))
    r = RECOMMENDED.replace("co-4", "co-6") + "paragraph: '1'\n"
    r += "history:\n  - " + BY_WATCH.format("title", "Before") + "\n"
    _, view = said(tmp_path, {R1: r, "tracker.yaml": TRACKER + WATCH}, FOLLOWED % ("editors", edit))
    request = ask(view.dataset, "en")
    chain = READER_PAGES["/recommendation"].render(replace(request, params={"id": ["r1"]})).body
    beside = [chain.partition(words)[2][:120] for words in ("Sent.", "Meet.")]
    assert [BY in words for words in beside] == [True, True]
    assert READER_PAGES["/treaty-bodies"].render(request).body.count(BY) == 3
    assert READER_PAGES["/deadlines"].render(request).body.count(BY) >= 1
    assert "(changed by Health Watch)" in READER_PAGES["/recommendations"].render(request).body


def test_a_mark_says_whose_reading_it_is_and_what_nobody_else_compared_who_entered_it(tmp_path):
    """In lists, on the front page, in the deadlines and in what leaves."""
    by = "recorded_for: watch\nrecorded_by: editor-w\n" + RECORDED + "\n"
    dated = (CO_5 % ("to-check", "sentence: {en: {text: R., origin: official}}"))[:-2] + ", recorded_for: watch}\n"
    files = {
        "evidence/ours.yaml": NEWS + by,
        R1: ASKED + by,
        "recommendations/r2.yaml": ASKED.replace("seen", "to-check") + by,
    }
    _, view = said(tmp_path, {**files, "tracker.yaml": TRACKER + WATCH}, dated)
    request = ask(view.dataset, "en")
    for path, words in {
        "/recommendations": ("source read · Health Watch", "not checked yet · entered by Health Watch"),
        "/": ("not checked yet · entered by Health Watch", "· Entry of Health Watch</span>"),
        "/deadlines": ("not checked yet · entered by Health Watch",),
        "/treaty-bodies": ("not checked yet · entered by Health Watch",),
    }.items():
        html = READER_PAGES[path].render(request).body
        assert [one for one in words if one not in html] == [], path
    seen = replace(view.recommendations["r1"], recorded_for=None)
    assert request.mark_words(seen) == "source read"
    ru = ask(view.dataset, "ru")
    assert "Health Watch" in ru.mark_words(view.recommendations["r2"]) and "entered" not in ru.mark_words(
        view.recommendations["r2"]
    )


def test_a_quotation_without_the_removed_words_says_so_in_the_language_of_the_reader(tmp_path):
    text = "text: {en: {text: 'Free (removed for safety 2026-05-03) now.', origin: official}}\n"
    _, view = said(tmp_path, {R1: ASKED + text})
    for lang, placed, told in (
        ("en", "Free (removed for safety 3 May 2026) now.", "Quoted from the document. Words were removed for safety."),
        ("ru", "Free (удалено в целях безопасности 3 мая 2026) now.", "Часть слов удалена в целях безопасности."),
    ):
        request = ask(view.dataset, lang, id=["r1"])
        html = READER_PAGES["/recommendation"].render(request).body
        assert placed in html and told in html and "2026-05-03)" not in html
        said_last = request.mark_words(view.recommendations["r1"]).rpartition(" · ")[2]
        assert f"{said_last[0].upper()}{said_last[1:]}." == told.removeprefix("Quoted from the document. ")


TWO = "\norganisations: [{id: watch, name: Health Watch, kind: civil-society}, {id: net, name: Legal Net, kind: civil-society}]\n"
NET, EHRA = "changed by Legal Net on 5 June 2026", "changed by Health Watch on 4 June 2026"
OLD_REPLY, OWN_REPLY = "[{kind: reply, date: 2026}]", "[{kind: next-report, date: 2030}, {kind: reply, date: 2027-05}]"


def edit(field, old, who="watch", day=4):
    return (
        f"{{field: {field}, old: '{old}', reason: R., recorded: '2026-06-0{day}T00:00:00.000000Z', "
        f"recorded_by: editor-{who}, recorded_for: {who}}}"
    )


def edited(more, *edits, id="co-7", title="CO 7"):
    return (
        f"  - {{id: {id}, body: ccpr, kind: concluding-observations, title: {title}, cycle: 7, issued: 2025,"
        f" verification: seen, {more}, history: [{', '.join(edits)}]}}\n"
    )


def two(tmp_path, files, documents="", lang="en", more=""):
    _, view = said(tmp_path, {"tracker.yaml": TRACKER + TWO + more, **files}, documents)
    return ask(view.dataset, lang)


def shown(request, path, **params):
    return READER_PAGES[path].render(replace(request, params=params)).body


def test_each_date_round_and_paragraph_says_who_made_it_what_it_is_and_not_who_saved_last(tmp_path):
    """Health Watch typed the date and paragraph 12; Legal Net then added another date first, and a round."""
    follow = "{verification: seen, paragraphs: ['12'], source: {document: co-7, paragraph: 61}%s}"
    round = ", rounds: [{verification: to-check, action: Meet.}]"
    document = edited(
        f"due: 2031-05-01, deadlines: [{{kind: submission, date: 2026-11, set_by: ours}}, *r], follow_up: {follow % round}".replace(
            "*r", "{kind: reply, date: 2027-03-01, set_by: computed}"
        ),
        edit("deadlines", OLD_REPLY),
        edit("follow_up", "{verification: to-check}"),
        edit("deadlines", "[{kind: reply, date: 2027-03-01, set_by: computed}]", "net", 5),
        edit("follow_up", (follow % "").replace("'", "''"), "net", 5),
    )
    r = RECOMMENDED.replace("co-4", "co-7") + "paragraph: '12'\n"
    request = two(tmp_path, {R1: r}, document)
    html = shown(request, "/deadlines")
    beside = [
        html.partition(words)[2].partition("</li>")[0] for words in ("calculated by Health Watch", "November 2026")
    ]
    assert [(EHRA in words, NET in words) for words in beside] == [(True, False), (False, True)]
    html = shown(request, "/treaty-bodies")
    assert EHRA in html.partition("paragraphs selected: 12")[2][:300]
    assert NET in html.partition("Meet.")[2][:120] and NET not in html.partition("paragraphs selected: 12")[2][:200]
    html = shown(request, "/recommendation", id=["r1"])
    assert EHRA in html.partition("calculated by Health Watch")[2][:250] and "calculated by us" not in html
    next_date = html.partition("Next date")[2].partition("</p>")[0]
    assert NET in next_date
    assert NET in shown(request, "/").partition("Next dates")[2]
    assert EHRA[1:] in render_calendar(request).body.decode().replace("\r\n ", "")


def test_what_is_set_back_says_nothing_and_hides_no_other_change_of_a_document(tmp_path):
    """Also wherever a list, a record or a brief names the document's title, year or authors."""
    document = edited(
        "authors: B",
        edit("authors", "A"),
        edit("title", "CO"),
        edit("issued", "2023", "net", 5),
        edit("issued", "2025", "watch", 4),
    )
    request = two(tmp_path, {R1: ASKED.replace("report", "co-7")}, document)
    for path in ("/treaty-bodies", "/recommendations", "/recommendation", "/search"):
        html = shown(request, path, id=["r1"], q=["use"])
        assert EHRA in html and NET not in html, path
    assert EHRA in render_brief(request).body.decode()


def test_the_mark_stands_in_search_on_the_sheet_and_beside_evidence_of_which_a_date_or_link_was_changed(tmp_path):
    by = "recorded_for: watch\nrecorded_by: editor-w\n" + RECORDED + "\n"
    r = ASKED.replace("seen", "to-check") + by + f"history: [{edit('title', 'Before', 'net', 5)}]\n"
    e = (
        NEWS
        + f"published: 2025\nrelevant_to: [{{recommendation: r1, effect: progress}}]\nhistory: [{edit('published', '2024', 'net', 5)}]\n"
    )
    request = two(tmp_path, {R1: r, LAW: e})
    html = shown(request, "/search", q=["punished"])
    assert "(changed by Legal Net)" in html and "Entry of Health Watch" in html
    assert NET in shown(request, "/search", q=["signed"])
    assert NET in shown(request, "/evidence")
    html = shown(request, "/recommendation", id=["r1"])
    assert html.partition("</h1>")[0].endswith("(changed by Legal Net)")
    assert NET in html[html.index('id="e-law"') :].partition("</article>")[0]
    assert NET in render_brief(request).body.decode().partition('id="note-1"')[2]
    assert "(changed by Legal Net)" in render_sheet(replace(request, id="r1")).body.decode()


def test_a_title_that_another_changed_says_so_wherever_it_stands(tmp_path):
    """Not only on its own page: under the name of who assessed it before, in what is forwarded, and in what leaves."""
    own = "assessments: [{voice: civil-society, status: not-implemented, date: 2026, reason: R., organisation: watch, "
    r = ASKED + f"{own}{TIME}, recorded_for: watch}}]\nhistory: [{edit('title', 'Before', 'net', 5)}]\n"
    dated = edited("deadlines: [{kind: reply, date: 2027}]", edit("title", "CO seven"))
    request = two(tmp_path, {R1: r}, dated)
    by, of = "(changed by Legal Net)", "CO 7 (changed by Health Watch)"
    for path in ("/", "/recommendations", "/activity", "/analysis", "/search"):
        assert by in shown(request, path, q=["repeal"]), path
    permanent = render_permanent_link(replace(request, id="r1")).body.decode()
    assert by in permanent.partition("og:title")[2][:200]
    assert by in render_feed(request).body.decode() and by in render_snapshot(request).body.decode()
    assert of in render_calendar(request).body.decode().replace("\r\n ", "") and of in shown(request, "/treaty-bodies")
    sheets = load_workbook(io.BytesIO(render_xlsx(request).body))
    cells = {sheet.title: [str(c.value) for row in sheet for c in row] for sheet in sheets}
    assert any(by in one for one in cells["Assessments"])
    # these cells can be imported again, and their row says who changed them
    assert not any(by in one for one in cells["Recommendations"])


def test_an_excerpt_that_is_not_the_record_s_own_says_where_it_is_from_and_whose_entry_that_is(tmp_path):
    by = "recorded_for: watch\nrecorded_by: editor-w\n" + RECORDED + "\n"
    e = NEWS.replace("The law was signed.", "Legal Net withdraws its giraffe.") + by
    e = re.sub("publisher: .*", "publisher: Legal Net", e) + "relevant_to: [{recommendation: r1, effect: context}]\n"
    state = STATE.replace("reason: R", "reason: The zebra is free., recorded_for: watch") % ""
    dated = edited("recorded_for: watch, note: An okapi.", id="co-9").replace("seen", "to-check")
    own = ASKED.replace("report", "co-9").replace("Use should", "The lemur should") + state
    request = two(tmp_path, {LAW: e, R1: own}, dated)
    entry = "Entry of Health Watch"
    for word, said_first in {
        "giraffe": f"Evidence, {entry}, not confirmed by Legal Net: ",
        "zebra": f"The State, {entry}: ",
        "okapi": "Document, not checked yet · entered by Health Watch: ",
        "lemur": "",
    }.items():
        for path in ("/search", "/recommendations"):
            html = READER_PAGES[path].render(ask(request.view.dataset, q=[word])).body
            at = html.index(f"<mark>{word}</mark>")
            before = html[:at].rpartition('<p class="rt-meta">')[2]
            assert before.startswith(said_first), (path, word, before)
            assert said_first or "Entry" not in before


def test_a_title_in_a_table_or_a_picture_says_that_one_organisation_entered_it_and_nobody_read_the_source(tmp_path):
    by = "recorded_for: watch\nrecorded_by: editor-w\n" + RECORDED + "\n"
    title = "Close all sites " + "and more of them " * 12
    r = RECOMMENDED.replace("verification: seen", "verification: to-check").replace(
        "verification: reported", "verification: to-check"
    )
    r = re.sub("title: .*", f"title: {title}", r) + by + STATE % ""
    request = two(
        tmp_path,
        {"recommendations/co-4-12.yaml": r},
        edited("recorded_for: watch", id="co-8").replace("seen", "to-check"),
    )
    mark = "not checked yet · entered by Health Watch"
    tables = shown(request, "/analysis")
    for start in re.finditer("Close all sites", tables):
        assert mark in tables[start.start() :][:400]
    assert mark in render_pictures(request).body.decode().replace("<br>", " ")
    assert mark in render_snapshot(request).body.decode().partition('id="RT-to-co-4-12"')[2].partition("</a>")[0]
    assert mark in shown(request, "/deadlines").partition('id="rt-unknown"')[2].partition("</ul>")[0]
    read = two(tmp_path / "read", {"recommendations/r1.yaml": ASKED + by})
    assert "entered by" not in shown(read, "/analysis")


def test_what_was_changed_in_one_language_only_says_so_there_and_the_text_of_the_tracker_s_language_stays_true(
    tmp_path,
):
    r = ASKED.replace("title: Repeal the punishments", "title: {en: Repeal, ru: Отменить, ky: Жаңы}")
    r += f"history: [{edit('title', '{en: Repeal, ru: Отменить, ky: Эски}')}]\n"
    kept = "languages: [en, ru, ky]\n"
    ky = two(tmp_path, {R1: r}, lang="ky", more=kept)
    en, ru = (ask(ky.view.dataset, lang) for lang in ("en", "ru"))
    for path in ("/recommendations", "/search", "/recommendation"):
        assert "Health Watch" in shown(ky, path, id=["r1"], q=["Жаңы"]), path
    for request, words in ((en, "translation of an earlier"), (ru, "перевод прежнего текста")):
        html = shown(request, "/recommendation", id=["r1"]).partition("</h1>")[0]
        assert words not in html and "Health Watch" not in html


def test_the_head_of_a_record_says_that_another_withdrew_a_grade(tmp_path):
    grade = (
        "assessments: [{voice: committee, grade: A, date: 2022-12, reason: R., recorded: '2026-01-01T12:00:00.000000Z', recorded_for: watch,"
        " events: [{type: withdrawn, recorded: '2026-06-05T00:00:00.000000Z', recorded_by: editor-n, recorded_for: %s, reason: R.}]}]\n"
    )
    for who, says in (("net", True), ("watch", False)):
        request = two(tmp_path / who, {"recommendations/g.yaml": GRADED + grade % who})
        html = shown(request, "/recommendation", id=["g"])
        assert ('<a href="#rt-timeline">1 grade withdrawn by Legal Net on 5 June 2026</a>' in html) is says


def test_what_leaves_says_who_entered_changed_and_read_each_record_and_date(tmp_path):
    """JSON, CSV, XLSX and the tables for analysis; what only the tracker's editors touched names nobody."""
    by = "recorded_for: watch\nrecorded_by: editor-w\n" + RECORDED + "\n"
    hand = BY_WATCH.format("title", "Before").replace("watch", "editors")
    mark = BY_WATCH.format("verification", "to-check")
    rewritten = BY_WATCH.format("title", "By Watch").replace("watch", "editors").replace("06-04", "06-05")
    undone = [
        BY_WATCH.format("summary", "Use should not be punished."),
        BY_WATCH.format("summary", "Other").replace("06-04", "06-05"),
    ]
    dated = CO_5 % ("seen", "sentence: {en: {text: R., origin: official}}")
    dated = dated[:-2] + f", history: [{BY_WATCH.format('deadlines', '[{kind: reply, date: 2026}]')}]}}\n"
    dated += "  - {id: co-7, body: ccpr, kind: concluding-observations, title: CO 7, cycle: 7, issued: 2025, verification: seen, due: 2030, recorded_for: watch}\n"
    files = {
        LAW: NEWS + by + "relevant_to: [{recommendation: r1, effect: context}]\n",
        R1: ASKED + by + f"history: [{hand}]\n",
        "recommendations/r2.yaml": ASKED + f"history: [{', '.join([mark, *undone])}]\n",
        "recommendations/r4.yaml": RECOMMENDED.replace("co-4", "co-5"),
        "recommendations/r5.yaml": GRADED + CHAIN.replace("recorded:", "recorded_for: watch, recorded:"),
        "recommendations/r3.yaml": ASKED + f"history: [{BY_WATCH.format('title', 'A')}, {rewritten}]\n",
    }
    _, view = said(tmp_path, {**files, "tracker.yaml": TRACKER + WATCH}, dated)
    request = ask(view.dataset, "en")

    def whose(one):
        return one["entered_by"], one["changed_by"], one["read_by"]

    found = {r["id"]: r for r in json.loads(json_api.render_list(request).body)["recommendations"]}
    assert whose(found["r1"]) == ("watch", ["editors"], "watch")
    assert whose(found["r2"]) == (None, [], "watch")  # what was undone is no change
    assert whose(found["r3"]) == (None, [], None)  # nothing of what another wrote is left
    assert whose(found["r1"]["evidence"][0]) == ("watch", [], None)
    assert whose(found["r1"]["document_details"]) == (None, [], None)
    dates = {d["document"]: d for d in json.loads(json_api.render_deadline_data(request).body)["deadlines"]}
    assert whose(dates["co-5"]) == (None, ["watch"], "watch")
    assert whose(dates["co-7"]) == ("watch", [], "watch")
    rows = {
        row["id"]: row for row in csv.DictReader(io.StringIO(csv_export.render_csv(request).body.decode("utf-8-sig")))
    }
    assert (whose(rows["r1"]), whose(rows["r2"])) == (("watch", "editors", "watch"), ("", "", "watch"))
    # what a row shows of its document, and the grade in it, are in its hands too
    assert (rows["r4"]["changed_by"], rows["r5"]["changed_by"]) == ("watch", "watch")
    values = TableValues(view, request.language)
    for table, id, expected in (
        (values.evidence_columns(), "law", ("watch", None, None)),
        (values.document_columns(), "co-7", ("watch", None, "watch")),
        (values.deadline_columns(), "co-5", (None, "watch", "watch")),
    ):
        at = table["id" if "id" in table else "document"].index(id)
        assert whose({name: column[at] for name, column in table.items()}) == expected
    book = load_workbook(io.BytesIO(render_xlsx(request).body))
    head, *lines = book["Evidence"].values
    assert dict(zip(head, lines[0], strict=True))["Entered in the tracker by"] == "Health Watch"


def test_the_reading_of_a_date_is_that_of_who_marked_it_and_not_of_who_entered_it(tmp_path):
    typed, marked = "[{kind: reply, date: 2027, set_by: computed}]", "[{kind: reply, date: 2026}]"
    seen = "deadlines: [{kind: reply, date: 2027, set_by: computed, verification: seen, source: {document: co-7, paragraph: 61}}]"
    document = edited(seen, edit("deadlines", marked), edit("deadlines", typed, "net", 5))
    request = two(tmp_path, {R1: RECOMMENDED.replace("co-4", "co-7")}, document)
    html = shown(request, "/deadlines").partition("2027</b>")[2].partition("</li>")[0]
    assert "source read · Legal Net" in html and EHRA in html
    (date,) = [
        d for d in json.loads(json_api.render_deadline_data(request).body)["deadlines"] if d["document"] == "co-7"
    ]
    assert (date["changed_by"], date["read_by"]) == (["watch"], "net")


def test_a_date_that_one_entered_in_the_document_of_another_is_its_own(tmp_path):
    """Also the next date of the committee beside a record says whose entry it is, and nobody is named twice."""
    one = "{kind: reply, date: 2027, verification: to-check, recorded_for: watch}"
    document = edited(f"recorded_for: net, deadlines: [{one}]", edit("deadlines", "[]"))
    request = two(tmp_path, {R1: RECOMMENDED.replace("co-4", "co-7")}, document)
    html = shown(request, "/deadlines").partition("2027</b>")[2].partition("</li>")[0]
    assert "entered by Health Watch" in html and "Legal Net" not in html and "changed by" not in html
    html = shown(request, "/recommendation", id=["r1"]).partition("Next date")[2].partition("</p>")[0]
    assert html.count("Health Watch") == 1 and "not checked yet · entered by Health Watch" in html


REPLY_OF_NET = "{kind: reply, date: 2026-05-17, recorded_for: net}"
UNREAD_OF_NET = "not checked yet · entered by Legal Net"


def whole(calendar):
    return render_calendar(calendar).body.decode().replace("\r\n ", "").replace("\\", "")


def event_of(request, words):
    return next(one for one in whole(request).split("BEGIN:VEVENT") if words in one)


@pytest.mark.parametrize(
    ("lang", "unread"),
    [("en", UNREAD_OF_NET), ("ru", "не проверено · внесено: Legal Net"), ("ky", "киргизген: Legal Net")],
)
def test_an_overdue_date_says_wherever_it_stands_that_nobody_compared_it_and_who_entered_it(tmp_path, lang, unread):
    """At the top of a page and of a record, in the calendar, and as the date since which civil society is silent."""
    follow = "follow_up: {verification: seen, paragraphs: ['12'], source: {document: co-7, paragraph: 61}}"
    document = edited(f"{follow}, deadlines: [{REPLY_OF_NET}]", edit("deadlines", "[]", "net", 5))
    r = RECOMMENDED.replace("co-4", "co-7") + "paragraph: '12'\n"
    request = two(tmp_path, {R1: r}, document, lang=lang)
    html = shown(request, "/recommendation", id=["r1"])
    for beside in (
        shown(request, "/").partition('id="rt-next"')[2].partition("</p>")[0],
        *shown(request, "/deadlines").partition('id="rt-unheard"')[::2],
        html.partition("rt-dates")[2].partition("</p>")[0],
        html.partition('<ol class="rt-chain"')[2].partition("</ol>")[0],
        event_of(request, "/deadlines?" if lang == "en" else "#rt-unheard"),
        *whole(request).split("BEGIN:VEVENT")[-2:],
    ):
        assert unread.casefold() in beside.casefold()


def test_a_date_that_came_with_the_document_of_an_organisation_says_so_beside_a_record(tmp_path):
    document = edited("recorded_for: net, deadlines: [{kind: reply, date: 2027-05-08}]")
    request = two(tmp_path, {R1: RECOMMENDED.replace("co-4", "co-7")}, document)
    html = shown(request, "/recommendation", id=["r1"]).partition("Next date")[2].partition("</p>")[0]
    assert UNREAD_OF_NET in html
    read = edited(
        "recorded_for: net, deadlines: [{kind: reply, date: 2027-05-08, sentence: {en: {text: By., origin: official}}}]"
    )
    read = read.replace("history: []", "history: [" + edit("verification", "to-check") + "]")
    request = two(tmp_path / "read", {R1: RECOMMENDED.replace("co-4", "co-7")}, read)
    html = shown(request, "/recommendation", id=["r1"]).partition("Next date")[2].partition("</p>")[0]
    assert "source read · Health Watch" in html and "Entry of Legal Net" in html


def test_a_date_beside_which_another_added_one_of_the_same_kind_is_not_changed_by_that(tmp_path):
    own = "{kind: reply, date: 2027-03-01, recorded_for: watch}"
    document = edited(
        f"deadlines: [{own}, {REPLY_OF_NET}]", edit("deadlines", "[]"), edit("deadlines", f"[{own}]", "net", 5)
    )
    request = two(tmp_path, {R1: ASKED}, document)
    for day, who in (("20270301", "Health Watch"), ("20260517", "Legal Net")):
        event = event_of(request, f"DTSTART;VALUE=DATE:{day}")
        assert "hanged by" not in event and f"entered by {who}" in event


@pytest.mark.parametrize("mark", ["to-check", "seen"])
def test_a_follow_up_that_nobody_touched_keeps_its_reading_when_another_edits_the_document(tmp_path, mark):
    """Also its steps, its rounds, and dates; whatever becomes of the mark of the document."""
    told = "verification: seen, paragraphs: ['12'], source: {document: report, paragraph: 61}, steps: [{date: 2026-01, description: Sent.}]"
    follow = f"follow_up: {{{told}, rounds: [{{verification: seen, action: Meet.}}]}}"
    dated = "deadlines: [{kind: reply, date: 2027, verification: seen, source: {document: report, paragraph: 61}}]"
    edits = [edit("title", "CO"), edit("adopted", "2024"), edit("verification", "seen")]
    back = [edit("verification", "to-check", "net", 5)] if mark == "seen" else []
    document = edited(f"adopted: 2025, {follow}, {dated}", *edits, *back).replace("seen", mark, 1)
    request = two(tmp_path, {R1: ASKED}, document)
    d = request.view.documents["co-7"]
    assert request.mark_words(d.follow_up, d) == request.mark_words(d.follow_up.rounds[0], d) == "source read"
    agenda = {item.place: request.mark_words(item) for item in list_agenda(request.view) if item.document is d}
    assert (agenda["step-0"], agenda["deadline-reply"]) == ("source read", "source read")
    assert agenda["adopted"] == {"seen": "source read · Legal Net", "to-check": "not checked yet"}[mark]


def test_the_dates_of_a_document_say_everywhere_who_changed_them_and_a_word_file_leaves_them_out(tmp_path):
    fields = ("due", "received", "considered", "adopted", "issued")
    days = ", ".join(f"{name}: 2027-01-0{n}" for n, name in enumerate(fields, 1))
    document = edited(days, *[edit(name, "2024-01") for name in fields]).replace("issued: 2025, ", "")
    request = two(tmp_path, {R1: RECOMMENDED.replace("co-4", "co-7")}, document)
    view = replace(request.view, today=date(2027, 2, 1))
    request = replace(request, view=view)
    for n in range(1, 6):
        assert EHRA[1:] in event_of(request, f"DTSTART;VALUE=DATE:2027010{n}")
    assert EHRA in shown(request, "/treaty-bodies").partition("issued: 5 January 2027")[2][:300]
    timeline = shown(request, "/deadlines").partition("rt-dot-labels")[2]
    assert timeline.count(EHRA) >= 1
    choice = Choice(SubmissionStage.UPR, None, (view.recommendations["r1"],))
    submission = build_submission(request, choice, request)
    assert "January 2027" not in str((submission.paragraphs, submission.annex, submission.footnotes))


def test_a_grade_that_was_read_does_not_cover_the_words_of_a_part_that_another_changed(tmp_path):
    parts = "parts: [{id: '1', summary: Other words.}]\n"
    grade = CHAIN.replace("grade: A,", "grade: A, part: '1', verification: seen,").replace(
        "hrc-fu}", "hrc-fu, paragraph: 3}"
    )
    r = GRADED + parts + grade + f"history: [{edit('parts', '[{id: 1, summary: B.}]')}]\n"
    request = two(tmp_path, {"recommendations/g.yaml": r})
    html = shown(request, "/recommendation", id=["g"]).partition('id="rt-grades"')[2]
    beside, after = html.partition("Other words.")[2].split("</p>", 2)[:2]
    assert "source read" not in beside and "source read" in after


def test_nothing_promises_that_a_date_is_from_a_document(tmp_path):
    request = two(tmp_path, {R1: ASKED}, edited(f"deadlines: [{REPLY_OF_NET}]"))
    for text in (whole(request), shown(request, "/deadlines"), shown(request, "/treaty-bodies")):
        assert "The dates are from" not in text and "entered" in text.partition("Each date says")[2][:200]


def test_no_template_says_a_date_without_its_mark():
    shown = re.compile(r"s\.date_label\((\S+?)\)")
    lines = [line for path in Path("tracker/templates").rglob("*.html") for line in path.read_text().splitlines()]
    # the card of a deadline has its mark in the line below; a dot of the timeline is a picture
    bare = {
        line[:40]
        for line in lines
        for item in shown.findall(line)
        if f"m.mark({item})" not in line and f"s.date_words({item}" not in line
    }
    assert bare == {'<li id="rt-{{ item.document.id }}-{{ ite'}


def test_a_claim_of_the_state_says_in_tables_and_pictures_which_organisation_entered_it(tmp_path):
    claim = STATE.replace("status: implemented", "status: partially-implemented, recorded_for: net") % READ
    request = two(tmp_path, {R1: ASKED + claim.replace("READ", "")})
    assert "· Entry of Legal Net" in shown(request, "/").partition("The State&#39;s claim of")[2][:160]
    assert "· Entry of Legal Net" in shown(request, "/analysis").partition('id="rt-claims"')[2].partition("</table>")[0]
