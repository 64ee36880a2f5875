"""The dates that are known: as an agenda of past and coming, and as a calendar to subscribe to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from tests.support.deadline_story import DEADLINES
from tests.support.examples import examples
from tests.support.feed_parsing import TODAY, asking
from tests.support.small_dataset import ANNA, Clock
from tests.support.story_folder import DOCUMENTS, made
from tests.support.view_requests import ask
from tracker.editing.store import Store
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.queries.deadlines import list_upcoming
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

EXAMPLES = examples(__file__)

KNOWN = EXAMPLES["known"]


@pytest.fixture
def root(tmp_path):
    """CESCR reviewed the State in 2015 and 2024; a report to the Human Rights Committee is due on 28 October 2026."""
    return made(tmp_path / "data", {"documents.yaml": KNOWN})


def got(source, **parse_filters):
    """The calendar as a calendar program reads it."""
    answer = render_calendar(asking(source, **parse_filters))
    assert answer.media_type == "text/calendar; charset=utf-8"
    lines = answer.body.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    assert all(line.decode() is not None for line in lines)  # no letter is cut in two
    return Calendar.from_ical(answer.body)


def events(source, **parse_filters):
    return got(source, **parse_filters).walk("VEVENT")


def told(source, **parse_filters):
    return [f"{e['SUMMARY']} {e.start} {e.end}" for e in events(source, **parse_filters)]


@pytest.mark.parametrize(
    ("line", "ahead"),
    [
        ("due: 2026-06-18", ["hrc-4 due"]),
        ("due: 2026-06-17", []),
        ("due: 2026", ["hrc-4 due"]),
        ("due: 2026-10-28, received: 2026-06-01", []),
        ("considered: 2026-07-01/2026-07-02", ["hrc-4 considered"]),
    ],
)
def test_what_is_to_come_lasts_until_its_last_day_and_what_was_received_is_no_longer_due(root, line, ahead):
    made(root, {"documents.yaml": KNOWN.replace("due: 2026-10-28", line)})
    view = View(DatasetReader(root).read(), TODAY)
    assert [f"{known.document.id} {known.place}" for known in list_upcoming(view)] == ahead


def test_what_is_known_to_the_day_is_an_event_and_a_period_lasts_through_its_last_day(root):
    assert told(root) == [
        "CESCR · review · Conclusions, third; cycle 2015-06-01 2015-06-03",
        "CESCR · adopted · Conclusions, third; cycle 2015-06-19 2015-06-20",
        "CESCR · The State replied · Conclusions, third; cycle 2017-03-17 2017-03-18",
        "CESCR · A letter · Conclusions, third; cycle 2017-10-26 2017-10-27",
        "CESCR · issued · CO 4 2024-10-11 2024-10-12",
        "CCPR · due · HRC report 2026-10-28 2026-10-29",
    ]


def test_what_is_not_known_to_the_day_is_told_in_the_calendars_description(root):
    found = got(root)
    assert str(found["DESCRIPTION"]).split("\n") == [
        "Each date says whether it was compared with its source, and which organisation entered, changed, calculated or set it.",
        "Dates of sessions that are not announced are not in the calendar.",
        "Not in the calendar, because the exact day is not known: CESCR · issued · Conclusions, third; cycle: July 2015; "
        "CCPR · issued · HRC 3: about 9 December 2022; CESCR · issued · A report: 2024.",
    ]
    assert str(found["NAME"]) == str(found["X-WR-CALNAME"]) == "Drug policy · Calendar"


@pytest.mark.parametrize("known", ["2026-10", "2026-10-28~", "../2026-10-28", "2026-10-01/2026-11", "9999-12-31"])
def test_no_day_is_made_up(root, known):
    made(root, {"documents.yaml": KNOWN.replace("2026-10-28", known)})
    assert not [line for line in told(root) if "HRC report" in line]
    assert "HRC report" in str(got(root)["DESCRIPTION"])


def test_every_event_names_its_source_and_how_sure_we_are_of_it(root):
    review, _, replied, letter, issued, due = events(root)
    assert str(review["DESCRIPTION"]).split("\n") == [
        "Review: 1–2 June 2015",
        "Concluding observations · E/C.12/RUR/CO/3 · Conclusions, third; cycle",
        "Source: E/C.12/RUR/CO/3, https://undocs.org/E/C.12/RUR/CO/3",
        "Source read: opening. The document itself, or its official page, was read.",
        "https://tracker.example/treaty-bodies?lang=en#e-co-3",
    ]
    assert review["URL"] == "https://undocs.org/E/C.12/RUR/CO/3"
    source = "Source: A paper, 2017, https://paper.example/a\nReported by others. A named third"
    assert (source in str(replied["DESCRIPTION"]), replied["URL"]) == (True, "https://paper.example/a")
    assert "Source: Letter\nReported by others." in str(letter["DESCRIPTION"])
    assert issued["URL"] == "https://tracker.example/treaty-bodies?lang=en#e-co-4"
    assert "Source: HRC report\nReported by others." in str(due["DESCRIPTION"])


def test_commas_semicolons_line_breaks_and_long_russian_words_are_read_back_as_they_were(root):
    title = "Заключительные, замечания; " * 30 + "\\n, конец"
    made(root, {"documents.yaml": KNOWN.replace("title: CO 4", f"title: '{title}'")})
    found = next(e for e in events(root) if "Заключительные" in e["SUMMARY"])
    assert title.strip() in found["DESCRIPTION"]
    assert len(found["SUMMARY"]) < 210


def test_a_corrected_date_moves_its_event_and_says_that_it_is_another_version(root):
    store = Store(DatasetReader(root, look_every=0), clock=Clock())
    before = {e["UID"]: e for e in events(root)}
    stamps = {(e["SEQUENCE"], e["DTSTAMP"].dt, "LAST-MODIFIED" in e) for e in before.values()}
    assert stamps == {(0, datetime(1970, 1, 1, tzinfo=UTC), False)}
    d = store.reader.read().documents["hrc-4"]
    store.save(replace(d, due="2026-11-28"), by=ANNA, reason="Moved.")
    after = {e["UID"]: e for e in events(root)}
    (moved,) = [e for e in after.values() if e["SUMMARY"] == "CCPR · due · HRC report"]
    recorded = store.reader.read().documents["hrc-4"].history[-1].recorded
    assert after.keys() == before.keys()
    assert (moved.start, moved["SEQUENCE"]) == (date(2026, 11, 28), 1)
    assert moved["DTSTAMP"].dt == moved["LAST-MODIFIED"].dt == datetime.fromisoformat(recorded)


def test_the_shipped_data_are_a_calendar_in_which_every_event_has_a_source(dataset):
    listed = Calendar.from_ical(render_calendar(ask(dataset, "ru")).body).walk("VEVENT")
    assert listed != [] and len({e["UID"] for e in listed}) == len(listed)
    assert all("Источник: " in e["DESCRIPTION"] and e["URL"] for e in listed)
    assert [e.start for e in listed] == sorted(e.start for e in listed)


def test_a_deadline_reminds_thirty_and_seven_days_before_unless_it_is_over(tmp_path):
    root = made(tmp_path / "data", {"documents.yaml": DEADLINES})
    found = {str(event["SUMMARY"]): event for event in events(root)}
    alarms = {
        name: [(alarm["ACTION"], alarm.decoded("TRIGGER"), str(alarm["DESCRIPTION"])) for alarm in event.walk("VALARM")]
        for name, event in found.items()
    }
    due = "CCPR · due · Report 4"
    before = [("DISPLAY", timedelta(days=-number), due) for number in (30, 7)]
    assert {name: told for name, told in alarms.items() if told} == {due: before}
    late, done = found["CESCR · State's reply due · CO 4"], found["CESCR · list of issues expected · CO 4"]
    assert str(late["DESCRIPTION"]).split("\n")[:4] == [
        "State's reply due: 6 June 2026",
        "Reply by 6 June 2026.",
        "Concluding observations · E/C.12/KGZ/CO/4 · CO 4",
        "Source: E/C.12/KGZ/CO/4, para. 61, https://undocs.org/E/C.12/KGZ/CO/4",
    ]
    assert "Done on 2 February 2026, 2 days late, see E/C.12/KGZ/Q/5" in str(done["DESCRIPTION"])
    # the month alone is known, so it is in the description of the calendar, and says that we calculated it
    assert "next State report due (calculated by us) · CO 4: October 2029" in str(got(root)["DESCRIPTION"])


def test_what_civil_society_has_not_said_is_an_event_from_the_day_on_which_it_may(root):
    asked = "follow_up: {verification: seen, source: {document: co-4, paragraph: 9}, paragraphs: ['8']}, "
    due = f"title: CO 4, {asked}deadlines: [{{kind: reply, date: 2027-01-05, set_by: computed}}],"
    made(root, {"documents.yaml": DOCUMENTS.replace("title: CO 4,", due)})
    heading = "CO 4: follow-up paragraphs 8: no submission is recorded (State's reply due (calculated by us): 5 January 2027)."
    assert f"{heading} 2027-01-05 2027-01-06" in told(root)
    (silent,) = (e for e in events(root) if str(e["SUMMARY"]) == heading)
    whose = "That something is not recorded is what this tracker finds itself; the source does not say it."
    assert str(silent["DESCRIPTION"]).split("\n")[1:3] == ["Source: CO 4, para. 9", whose]
    assert not [line for line in told(root, body=("ccpr",)) if heading in line]


def test_the_sentence_of_a_step_does_not_end_before_the_colon(root):
    step = "{date: 2025-05-07, description: 'The State replied.'}"
    round_ = (
        f"title: CO 4, follow_up: {{verification: seen, source: {{document: co-4, paragraph: 9}}, steps: [{step}]}},"
    )
    made(root, {"documents.yaml": DOCUMENTS.replace("title: CO 4,", round_)})
    (replied,) = (e for e in events(root) if "The State replied" in str(e["SUMMARY"]))
    assert str(replied["DESCRIPTION"]).startswith("The State replied: 7 May 2025")
