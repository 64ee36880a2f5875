"""The mark "source read": nobody has it without saying where, and it is the same wherever a record is shown."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date

import pytest

from tests.support.story_folder import ASKED, DOCUMENTS, GRADED, NEWS, RECOMMENDED, RECORDED, TRACKER, made
from tests.support.view_requests import ask
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.exports import csv_export, json_api
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.sheet import render_sheet
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import build_submission
from tracker.queries.data_health import list_unverified
from tracker.queries.deadlines import list_agenda
from tracker.queries.quotations import word_of_others
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
    assert [note for note in unsaid.notes if "not checked yet. The document does not print this mark." in note]


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
    assert "calculated by us" not in html
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


def test_the_json_says_of_no_words_that_they_are_the_document_s_if_the_page_does_not(tmp_path):
    quoted = "text: {en: {text: Never., origin: official}}\n"
    changed = "history:\n  - " + edit("text", "{en: {text: Now., origin: official}}", "net") + "\n"
    for history, origin in (("", "official"), (changed, "own")):
        r = (
            RECOMMENDED.replace("reported", "seen").replace("{publisher", "{paragraph: '1', publisher")
            + quoted
            + history
        )
        request = two(tmp_path / origin, {"recommendations/x.yaml": r})
        said_of = json.loads(json_api.render_one(replace(request, id="x", params={"id": ["x"]})).body)["text"]["en"]
        assert said_of["origin"] == origin
        assert ("Quoted from the document." in shown(request, "/recommendation", id=["x"])) == (origin == "official")


@pytest.mark.parametrize("mark", ["to-check", "seen"])
@pytest.mark.parametrize("owner", ["editors", "net", "watch"])
def test_a_deadline_says_who_moved_its_document_since_it_was_entered(tmp_path, owner, mark):
    one = f"{{kind: submission, date: 2026-11, set_by: ours, source: {{document: co-7, paragraph: 1}}, verification: {mark}, recorded_for: watch}}"
    document = edited(
        f"deadlines: [{one}], recorded_for: {owner}, recorded_by: editor-w, {RECORDED}",
        edit("symbol", "CCPR/C/RUR/CO/6", "net", 3),  # before the date was entered
        edit("deadlines", "[]", "watch", 4),
        edit("body", "cescr", "editors", 5),
    )
    request = two(tmp_path, {R1: RECOMMENDED.replace("co-4", "co-7")}, document)
    (item,) = [i for i in list_agenda(request.view) if i.deadline]
    said, moved = request.date_words(item), "changed by the editors of this tracker on 5 June 2026"
    assert said.count(moved) == 1 and "Legal Net" not in said and "Health Watch" in said
    for path in ("/deadlines", "/treaty-bodies"):
        assert moved in shown(request, path), path


def test_what_another_made_of_evidence_and_of_tags_says_who(tmp_path):
    """The kind, the dimension, the mark and the tags: of the tracker's editors' evidence, and of a recommendation."""
    tags = "tags: [{tagged_by: ours, themes: [%s]}]\n"
    for field, old in (("dimension", "outcome"), ("kind", "statistics"), ("verification", "seen"), ("tags", "[]")):
        e = NEWS + tags % "drug-policy" + f"history: [{edit(field, old, 'net', 5)}]\n"
        assert NET in shown(two(tmp_path / field, {R1: ASKED, LAW: e}), "/evidence"), field
    r = ASKED + tags % "drug-policy" + f"history: [{edit('tags', '[]', 'net', 5)}]\n"
    assert NET in shown(two(tmp_path, {R1: r}), "/recommendation", id=["r1"])


@pytest.mark.parametrize(
    ("edits", "is_reader"),
    [
        (["title Same net 4", "verification seen net 4", "title Other net 5", "verification to-check net 5"], False),
        (["verification seen watch 4", "verification to-check net 5"], True),
        (["title Before watch 4", "verification seen watch 4", "verification to-check net 5"], True),
    ],
    ids=["an undo", "a doubt", "other words"],
)
def test_who_undoes_a_change_of_its_own_has_not_read_the_source(tmp_path, edits, is_reader):
    history = ", ".join(edit(field, old, who, day) for field, old, who, day in map(str.split, edits))
    r = re.sub("title: .*", "title: Same", ASKED) + f"history: [{history}]\n"
    request = two(tmp_path, {R1: r})
    shown = request.view.recommendations["r1"]
    assert ("Legal Net" in request.mark_words(shown)) is is_reader
    # so the summary of the tracker's editors does not become its own
    assert (word_of_others(request.view, shown, "summary", own={"net"}) is None) is is_reader
