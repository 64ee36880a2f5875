"""This week, first under "To do": what is to be done, each with one link; and a private plan for one's own calendar."""

from dataclasses import replace

import icalendar
import lxml.html
from streamlit.testing.v1 import AppTest

from tests.editing.test_private_files import a_file
from tests.pages.test_whose_records_page import FILES, REVIEWER
from tests.support.form_pages import html
from tests.support.small_dataset import CENTRE, WATCH, said
from tracker.accounts.accounts import Account
from tracker.accounts.accounts_file import AccountsFile
from tracker.editing.private.proposals import Proposals
from tracker.model.organisations import ALL, Privacy
from tracker.model.permissions import READER, Person, Role
from tracker.storage.dataset_reader import DatasetReader

PRIVATE = True
__all__ = ["FILES"]


def week(page: AppTest) -> lxml.html.HtmlElement | None:
    found = lxml.html.document_fromstring(html(page)).xpath("//section[@aria-labelledby='rt-week']")
    return found[0] if found else None


def lines(page: AppTest) -> dict[str, list[tuple[str, str]]]:
    """Heading → (line, address of its link)."""
    groups, section = {}, week(page)
    assert section is not None
    for title in section.xpath("h3"):
        items = title.getnext().xpath("li")
        groups[title.text.strip()] = [(" ".join(li.text_content().split()), li.xpath("a/@href")[0]) for li in items]
    return groups


def test_this_week_is_first_under_to_do_and_only_for_who_is_signed_in(opened):
    page = opened("data_health", WATCH)
    heads = lxml.html.document_fromstring(html(page)).xpath("//main//h2/text() | //h2/text()")
    assert heads[0] == "This week"
    assert "This week" not in html(opened("data_health", READER))


def test_a_week_without_a_line_promises_nothing_below(opened):
    assert "stands below" not in html(opened("data_health", CENTRE))


def test_what_is_without_new_evidence_is_what_the_own_organisation_assessed(opened, folder):
    mine, theirs = (lines(opened("data_health", who)) for who in (WATCH, CENTRE))
    title = "Without new evidence for 6 months"
    assert [address for _words, address in mine[title]] == ["/edit?what=evidence&for=r1&lang=en"]
    assert mine[title][0][0].endswith("January 2026 · Add public evidence") and title not in theirs


def test_a_plan_is_overdue_or_near_and_becomes_a_file_without_an_address(opened, folder):
    for text, due in (("Ask for a date", "2020-01-10"), ("Write to the committee", "2099-03"), ("Call", "2099-01-10")):
        folder.seen_by(WATCH).add_note("cescr", text, due=due, by=WATCH)
    found = lines(opened("data_health", WATCH))
    (late,) = found["Overdue"]
    assert "overdue by" in late[0] and "CESCR, Ask for a date" in late[0].replace(":", ",")
    assert [words.split(": ")[-1].split(" · ")[0] for words, _link in found["Near deadlines and own plans"]] == [
        "CESCR, Call",
        "CESCR, Write to the committee",
    ]
    section = week(opened("data_health", WATCH))
    files = [icalendar.Calendar.from_ical(text) for text in section.xpath(".//button/@data-calendar")]
    events = [event for file in files for event in file.walk("VEVENT")]
    assert [(str(e["summary"]), e["dtstart"].dt.isoformat()) for e in events] == [
        ("CESCR: Ask for a date", "2020-01-10"),
        ("CESCR: Call", "2099-01-10"),
    ]
    assert all(len(event.walk("VALARM")) == 2 and "url" not in event for event in events)
    # another organisation, and a reader, get neither the plan nor a file
    assert "Ask for a date" not in html(opened("data_health", CENTRE))
    assert "data-calendar" in html(opened("deadlines", WATCH)) and "data-calendar" not in html(
        opened("deadlines", READER)
    )


def test_what_waits_for_an_answer_has_its_one_link(opened, tmp_path):
    opened("data_health", WATCH)
    data = DatasetReader(tmp_path / "data").read()
    edited = replace(data.evidence["survey"], summary=said("We surveyed 130 clients."))
    Proposals(tmp_path / "private").add(data, edited, "Ten more.", by=CENTRE)
    (waits,) = lines(opened("data_health", WATCH))["Waits for you"]
    assert waits[0] == "AC proposes a change: A survey · Take or refuse"
    assert waits[1].startswith("/edit?what=proposal&id=")
    assert "Waits for you" not in lines(opened("data_health", CENTRE))


def test_a_private_file_waits_for_who_may_publish_it_and_says_who_that_is(opened, folder, tmp_path):
    data = folder.public.read()
    folder.seen_by(WATCH).add_files(data.evidence["survey"], [a_file()], by=WATCH)
    key = (type(data.evidence["survey"]), "survey")
    (digest,) = [file.sha256 for file in folder.read(fresh=True).files[key]]
    folder.seen_by(WATCH).share_file(
        data.evidence["survey"], digest, Privacy(organisation="watch", shared_with=ALL), by=WATCH
    )
    own = Person(Role.REVIEWER, "reviewer-w2", "watch")
    (waits,) = lines(opened("data_health", own))["Waits for you"]
    assert waits == ("1 private item: publish it or keep it private · See it", "#rt-publishing")
    assert "Waits for you" not in lines(opened("data_health", REVIEWER))
    form = opened("edit", WATCH, what="share-file", id="survey", file=digest)
    assert "Who can publish it: a reviewer of Health Watch." in [caption.value for caption in form.caption]
    page = html(opened("recommendation", REVIEWER, id="r1"))
    assert "Who can publish it: a reviewer of Health Watch." in page and "A reviewer can publish" not in page
    # if only others have an account, nobody waits for a reviewer who is not there
    told = "No such reviewer has an account yet"
    for person, is_told in ((REVIEWER, True), (own, False)):
        account = Account(person.handle, person.role, organisation=person.organisation)
        AccountsFile(tmp_path / "state").update(lambda now, one=account: (now.with_account(one), None))
        assert (told in html(opened("recommendation", REVIEWER, id="r1"))) is is_told, person
        form = opened("edit", WATCH, what="share-file", id="survey", file=digest)  # the form that shares it says so too
        assert any(told in caption.value for caption in form.caption) is is_told, person


def test_an_overdue_date_says_under_to_do_who_entered_it_and_that_nobody_compared_it(opened, tmp_path):
    path, own = tmp_path / "data" / "documents.yaml", "{kind: reply, date: 2025-10-31, recorded_for: watch}, "
    path.write_text(path.read_text().replace("deadlines: [", f"deadlines: [{own}", 1))
    (late,) = lines(opened("data_health", CENTRE))["Overdue"]
    assert "CESCR, State's reply due · not checked yet · entered by Health Watch" in late[0]
