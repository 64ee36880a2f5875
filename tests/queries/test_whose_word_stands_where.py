"""Whose word stands where: titles, excerpts, dates and files that leave say who entered, changed and read them."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import ImageDraw

from tests.queries.test_marks import (
    BY_WATCH,
    CHAIN,
    CO_5,
    EHRA,
    LAW,
    R1,
    READ,
    STATE,
    TIME,
    WATCH,
    edit,
    edited,
    said,
    shown,
    two,
)
from tests.support.story_folder import ASKED, GRADED, NEWS, RECOMMENDED, RECORDED, TRACKER
from tests.support.view_requests import ask
from tracker.model.records import Revision, SameDemand
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.exports import csv_export, json_api
from tracker.publishing.exports.atom_feed import render_feed
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.pages.analysis import render_pictures
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.sheet import forward_text, render_sheet
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.publishing.pictures.preview_image import render_preview
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import build_submission
from tracker.queries.changes_by_others import change_by_others, earlier_values
from tracker.queries.deadlines import list_agenda
from tracker.queries.overview_summary import MatrixCell
from tracker.queries.quotations import word_of_others
from tracker.queries.recommendation_details import judges_of
from tracker.queries.tables.analysis import links_of
from tracker.queries.tables.values import TableValues
from tracker.web.page_shell import render_permanent_link


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


def test_activity_does_not_show_who_recorded_or_changed_evidence_as_its_publisher(tmp_path):
    news = f"{NEWS}{RECORDED}\nrecorded_for: watch\n"
    html = shown(two(tmp_path, {"evidence/news.yaml": news}), "/activity")
    assert re.search("24.kg(<!--.*?-->| · )+Entry of Health Watch", html)
    news = f"{NEWS}{RECORDED}\nhistory: [{edit('summary', 'Before')}]\n"
    html = shown(two(tmp_path / "edited", {"evidence/news.yaml": news}), "/activity")
    assert re.search("24.kg(<!--.*?-->| · )+by Health Watch", html)


@pytest.mark.parametrize(
    ("reader", "mark", "says"),
    [("watch", "seen", True), ("net", "seen", False), ("editors", "seen", False), ("editors", "to-check", True)],
)
def test_a_title_says_who_changed_it_until_another_has_read_the_source(tmp_path, reader, mark, says):
    marked = edit("verification", "reported", reader, 5)
    r = ASKED.replace("seen", mark) + f"history: [{edit('title', 'Before')}, {marked}]\n"
    request = two(tmp_path, {R1: r})
    assert ("(changed by Health Watch)" in shown(request, "/recommendations")) is says


def test_words_in_one_more_language_are_no_change_of_the_others_and_what_was_read_says_who_changed_it(tmp_path):
    r = re.sub("summary: (.*)", r"summary: {en: \1, ru: Иначе}\nparts_read: all of it, read by Legal Net", ASKED)
    read = edit("parts_read", "none", day=6)
    r += f"history: [{edit('summary', re.search('summary: (.*)', ASKED)[1])}, {read}]\n"
    html = shown(two(tmp_path, {R1: r}), "/recommendations")
    assert html.count("(changed by Health Watch)") == 1
    assert "source read: all of it, read by Legal Net (changed by Health Watch)" in html
    assert "(изменено: Health Watch) Иначе" in shown(two(tmp_path / "ru", {R1: r}, lang="ru"), "/recommendations")


def test_a_title_that_another_worded_is_not_said_to_be_that_of_who_entered_the_record(tmp_path):
    """Neither in one more language, nor are words of the document that another changed called a quotation."""
    r = re.sub("title: (.*)", r"title: {en: \1, ru: Заголовок}", RECOMMENDED) + f"{RECORDED}\nrecorded_for: net\n"
    r += f"history: [{edit('title', re.search('title: (.*)', RECOMMENDED)[1])}]\n"
    of = "формулировка организации Legal Net"
    html = [shown(two(tmp_path / code, {R1: r}, lang=code), "/recommendation", id=["r1"]) for code in ("ru", "en")]
    assert "Заголовок (изменено: Health Watch)" in html[0] and of not in html[0]
    assert "title: wording of Legal Net" in html[1]


def test_a_document_of_later_says_who_changed_its_title_in_a_view_of_the_past(tmp_path):
    request = two(tmp_path, {R1: ASKED}, edited("due: 2027", edit("title", "Before")))
    past = ask(request.view.dataset, as_of=date(2020, 1, 1))
    assert "co-7" not in past.view.documents and "Health Watch" in past.label(past.view.document("co-7"))


def test_a_text_that_is_cut_keeps_the_words_about_who_changed_it(tmp_path, monkeypatch):
    r = re.sub("title: .*", f"title: {'Close all sites ' * 30}", ASKED).replace("seen", "to-check")
    r = re.sub("summary: .*", f"summary: {'Alpha ' * 45}okapi {'beta ' * 200}", r)
    r += f"history: [{edit('title', 'Before')}, {edit('summary', 'Before', 'net', 5)}]\n"
    request = two(tmp_path, {R1: r})
    title, by = "… (changed by Health Watch)", "(changed by Legal Net)"
    for path in ("/search", "/recommendations"):
        html = READER_PAGES[path].render(ask(request.view.dataset, q=["okapi"])).body
        assert by in html.partition("<mark>okapi</mark>")[2].partition("</p>")[0], path
    # the end of a long line in the list is not seen
    assert f'rt-line-of" lang="en">{by} Alpha' in shown(request, "/recommendations")
    one = replace(request, id="r1")
    assert title in render_permanent_link(one).body.decode().partition("og:title")[2].partition(">")[0]
    assert title in forward_text(one, request.view.recommendations["r1"])
    assert f"… {by}" in render_sheet(one).body.decode()
    assert "<br>(changed by Health Watch)" in render_pictures(request).body.decode()
    drawn = []
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", lambda _self, _at, words, *_: drawn.append(words))
    render_preview(one)
    assert drawn[drawn.index("(changed by Health Watch)") - 1].endswith("…")


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


def test_a_link_that_one_organisation_made_says_wherever_it_stands_whose_judgement_it_is(tmp_path):
    """That two recommendations ask for the same, and that a committee took a demand up."""
    by = f"{TIME}, recorded_for: net"
    later = edited("original_language: en", title="CO 7")
    co = (
        "issued_by: committee\ndocument: co-7\nparagraph: '3'\ntitle: Later\nsummary: Asked again\nverification: seen\n"
    )
    uptake = f"source: {{document: co-7}}\nuptake: [{{recommendation: r1, result: taken-up, {by}}}]\n"
    same = f"same_demand: [{{recommendation: r1, extent: whole, {by}}}]\n"
    for links, alone in ((uptake, "taken_up"), (f"source: {{document: co-7}}\n{same}", "same_demand")):
        files = {R1: ASKED.replace("report", "report"), "recommendations/co-7-3.yaml": co + links}
        request = two(tmp_path / alone, files, later.replace("body: ccpr", "body: cescr"))
        judged = "in the judgement of Legal Net"
        for path in ("/", "/analysis", "/recommendation"):
            assert judged in shown(request, path, id=["r1"]), (alone, path)
        assert judged in render_snapshot(request).body.decode() and "Legal Net" in shown(request, "/activity")
        assert "the tracker's judgement" not in shown(request, "/recommendations").replace("&#39;", "'")
        found = json.loads(json_api.render_list(request).body)["recommendations"]
        assert [one["judged_by"] for one in found if one["judged_by"]] == [{"co-7-3": "net"}, {"r1": "net"}]
        table = TableValues(request.view, request.language).recommendation_columns
        assert any("co-7-3" in one and "(net)" in one for one in table["uptake"]() + table["same_demand"]() if one)
        own = {name: text.replace(", recorded_for: net", "") for name, text in files.items()}
        assert "in the judgement of" not in shown(
            two(tmp_path / f"own {alone}", own, later), "/recommendation", id=["r1"]
        )


def test_beside_a_recommendation_a_demand_says_whose_entry_it_is_and_a_position_who_set_it(tmp_path):
    co = "issued_by: committee\ndocument: co-7\nparagraph: '3'\ntitle: L\nsummary: S\nverification: seen\nresponse: noted\n"
    co += f"history: [{edit('response', '')}]\nsource: {{document: co-7}}\n"
    links = "same_demand: [{recommendation: r1, extent: whole}]\nuptake: [{recommendation: r1, result: taken-up}]\n"
    files = {R1: f"{ASKED}recorded_for: watch\n", "recommendations/co.yaml": co + links}
    request = two(tmp_path, files, edited("due: 2027").replace("body: ccpr", "body: cescr"))
    html, brief = shown(request, "/recommendation", id=["co"]), render_brief(replace(request, params={"id": ["co"]}))
    for words in (html, brief.body.decode()):
        assert "Alternative report 2024 · Entry of Health Watch" in words
    position = "Position of the State: (<b>)?noted(</b>)? <span[^>]*>changed by Health Watch"
    assert re.search(position, html) and re.search(position, shown(request, "/recommendations"))


def test_the_text_after_the_parts_says_who_changed_it(tmp_path):
    quoted = "{text: '%s', origin: official}"
    r = f"{ASKED}text: {{en: {quoted % 'Do this:'}}}\nclosing: {{en: {quoted % 'Report on it.'}}}\n"
    request = two(tmp_path, {R1: f"{r}history: [{edit('closing', 'Before')}]\n"})
    for html in (shown(request, "/recommendation", id=["r1"]), render_snapshot(request).body.decode()):
        assert "changed by Health Watch" in html.partition("Report on it.")[2][:120]


def test_what_one_of_several_authors_changed_is_not_the_word_of_another_one(tmp_path):
    joint = "  - {id: joint, body: cescr, kind: alternative-report, title: T, cycle: 4, authors: AUTHORS, verification: seen}\n"
    r = ASKED.replace("document: report", "document: joint") + f"history: [{edit('summary', 'Before')}]\n"
    for authors, is_theirs in (("Health Watch; Legal Net", True), ("Health Watch", False)):
        view = two(tmp_path / authors, {R1: r}, joint.replace("AUTHORS", authors)).view
        said = {by: word_of_others(view, view.recommendations["r1"], "summary", own={by}) for by in ("net", "watch")}
        assert (said["net"] is not None, said["watch"]) == (is_theirs, None), authors


def test_a_judgement_is_that_of_others_only_if_every_link_is(tmp_path):
    """Also if both ends have the link. What asks for the same says it, not what was taken up as well."""
    co = "issued_by: committee\ndocument: co-4\nparagraph: '3'\ntitle: L\nsummary: S\nverification: seen\nsource: {document: co-4}\n"
    same = f"same_demand: [{{recommendation: %s, extent: whole, {TIME}, recorded_for: %s}}]\n"
    uptake = f"uptake: [{{recommendation: r1, result: taken-up, {TIME}}}]\n"
    for by, at_other_end in (("net", "net"), ("watch", "net"), ("editors", "editors"), ("unknown", "unknown")):
        other_end = co + uptake + same % ("r1", at_other_end)
        request = two(tmp_path / by, {R1: ASKED + same % ("co", by), "recommendations/co.yaml": other_end})
        r, other = (request.view.recommendations[id] for id in ("r1", "co"))
        (link,) = links_of(
            request.view, r, MatrixCell(request.view.body_of(other), (other,), ((other, *other.uptake),))
        )
        assert judges_of(request.view, r) == ({"co": "net"} if by == "net" else {})
        assert (link.extent, link.recorded_for) == ("whole", None if by == "watch" else by)
    net, ours, watch = (SameDemand(recommendation="x", recorded_for=by) for by in ("net", "editors", "watch"))
    judged = "in the judgement of Legal Net"
    every = ((net, net), (net, ours), (ours,), (net, watch))
    assert [request.judged(*links) for links in every] == [judged, "", "", f"{judged}, Health Watch"]


def test_what_another_organisation_says_that_evidence_shows_says_whose_judgement_it_is(tmp_path):
    """Its owner's links say nothing more, nor do those of the tracker's editors."""
    link = "{recommendation: r1, effect: progress, recorded: '2026-06-04T00:00:00.000000Z', recorded_for: %s}"
    for by, owner in (("net", ""), ("net", "recorded_for: net\n"), ("editors", ""), ("editors", "recorded_for: net\n")):
        e = f"{NEWS}{RECORDED}\n{owner}relevant_to: [{link % by}]\n"
        files = {R1: ASKED, "evidence/law.yaml": e}
        request = two(tmp_path / f"{by}{len(owner)}", files)
        is_said, judged = (by == "net" and not owner), "in the judgement of Legal Net"
        for path in ("/recommendation", "/evidence", "/analysis", "/activity"):
            words = shown(request, path, id=["r1"] if path == "/recommendation" else [])
            assert (judged in words) is is_said, path
        for render in (render_snapshot, render_brief, render_feed):
            assert (judged in render(request).body.decode()) is is_said, render
        found = json.loads(json_api.render_list(request).body)["recommendations"]
        assert any("law" in one["judged_by"] for one in found) is is_said
        (cell,) = TableValues(request.view, request.language).evidence_columns()["relevant_to"]
        assert ("(net)" in cell) is is_said


@pytest.mark.parametrize(
    ("changes", "owner", "now", "by"),
    [
        ((("editors", "a"), ("net", "b")), None, "a", "net"),  # the owner's own change back and forth is none
        (((None, "a"), ("net", "b")), "editors", "a", "net"),
        ((("net", "a"), ("watch", "b"), ("net", "c")), "watch", "a", None),  # set back
        ((("net", None),), "watch", "a", "net"),  # what stood there before cannot be read
        ((("net", None), ("watch", "b")), "watch", "a", None),
    ],
)
def test_who_of_several_made_what_stands_there(tmp_path, changes, owner, now, by):
    edit = Revision(field="title", recorded="2026-06-04T00:00:00.000000Z", recorded_by="x1", reason="R.", old="[")
    earlier = [(replace(edit, recorded_for=who), before) for who, before in changes]
    change = change_by_others(now, earlier, str.lower, owner=owner, editors="editors")
    assert (change and change.recorded_for) == by
    r = two(tmp_path, {R1: ASKED}).view.recommendations["r1"]
    strange = replace(edit, field="verification", old="strange")
    assert earlier_values(replace(r, history=(strange,)), "verification") == [(strange, None)]


def test_a_quotation_keeps_its_words_and_so_does_what_was_changed_for_an_organisation_that_is_gone(tmp_path):
    r = ASKED + "parts: [{id: a, summary: {en: {text: Close them., origin: official}}}]\n"
    r += f"history: [{edit('parts', '[{id: a, summary: B}]')}, {edit('title', 'Before', 'gone', 5)}]\n"
    html = shown(two(tmp_path, {R1: r}), "/recommendation", id=["r1"])
    assert "Close them." in html and "(changed by" not in html


CHANGED = "changed by the editors of this tracker on 4 June 2026"


def test_beside_who_entered_something_stands_who_moved_it_since_and_who_said_how_it_was_checked(tmp_path):
    follow_up = "{verification: %s, paragraphs: ['12'], note: N., rounds: [{verification: %s, action: Meet.}]}"
    document = edited(
        "deadlines: [{kind: submission, date: 2026-11, set_by: ours, recorded_for: watch},"
        " {kind: reply, date: 2026-12, verification: reported, recorded_for: watch}],"
        f" follow_up: {follow_up % ('reported', 'reported')}, recorded_for: watch, recorded_by: editor-w, {RECORDED}",
        edit("body", "cescr", "editors"),
        edit("follow_up", (follow_up % ("to-check", "to-check")).replace("'", "''"), "editors"),
        edit(
            "deadlines",
            "[{kind: submission, date: 2026-11, set_by: ours, recorded_for: watch},"
            " {kind: reply, date: 2026-12, verification: to-check, recorded_for: watch}]",
            "editors",
        ),
    ).replace("verification: seen", "verification: to-check", 1)
    request = two(tmp_path, {R1: RECOMMENDED.replace("co-4", "co-7") + "paragraph: '12'\n"}, document)
    (d,) = [one for one in request.view.documents.values() if one.id == "co-7"]
    moved = f"not checked yet · entered by Health Watch · {CHANGED}"
    checked = f"reported by others · entered by Health Watch · {CHANGED}"
    assert (request.mark_words(d), request.mark_words(d.follow_up, d)) == (moved, checked)
    assert request.mark_words(d.follow_up.rounds[0], d) == checked
    dates = {i.deadline.kind: request.date_words(i) for i in list_agenda(request.view) if i.deadline}
    assert dates["reply"].startswith(checked)
    for path in ("/deadlines", "/treaty-bodies"):
        assert checked in shown(request, path), path
    assert moved in shown(request, "/treaty-bodies")


def test_a_statement_under_the_name_of_the_state_or_a_committee_says_who_entered_it_also_if_that_are_the_editors(
    tmp_path,
):
    for who, words in (("editors", "Entry of the tracker's editors"), ("watch", "Entry of Health Watch")):
        by = STATE % f"recorded_for: {who}, "
        request = two(tmp_path / who, {R1: ASKED + by})
        assert words in unescape(shown(request, "/recommendation", id=["r1"]))
        assert words in unescape(shown(request, "/recommendations"))
        graded = f"assessments:\n  - {{voice: committee, grade: A, date: 2026-03, reason: R., source: {{document: letter}}, {RECORDED}, recorded_for: {who}}}\n"
        request = two(tmp_path / f"{who}-grade", {"recommendations/co.yaml": GRADED + graded})
        for path in ("/recommendations", "/", "/activity"):
            assert words in unescape(shown(request, path)), path
        # in the headline, the chain and the history
        assert unescape(shown(request, "/recommendation", id=["co"])).count(words) >= 3
