"""How a recommendation is cited: the link goes on showing what was said then."""

import re
from collections.abc import Callable

import pytest

from tests.support.permanent_links import ASSESSED, FIRST, NEWS, ORIGIN, following, question, retired, words
from tests.support.small_dataset import ASKED, CONCLUDED, DOCUMENTS, SHOWN, TRACKER
from tracker.model.dataset import Dataset
from tracker.model.vocabulary import TextOrigin
from tracker.publishing.citation import build_citation
from tracker.web.page_shell import render_permanent_link

Reading = Callable[..., Dataset]
BACKDATED = """\
  - {voice: civil-society, status: not-implemented, date: 2026-01-01, reason: An old law., recorded_by: editor-anna,
     source: {document: report-2024}, recorded: 2026-07-01T12:00:00.000000Z}
"""
EDITED = (
    "history: [{recorded: 2026-07-01T12:00:00.000000Z, recorded_by: editor-anna, reason: C, field: title, old: T}]\n"
)
GONE = "editor-anna, events: [{type: withdrawn, reason: W, recorded: 2026-07-01T12:00:00.000000Z}]}"
LATER = {
    "a newer assessment": ASSESSED + BACKDATED.replace("2026-01-01", "2026-05-01"),
    "a back-dated one": ASSESSED + BACKDATED,
    "a withdrawn one": ASSESSED.replace("editor-anna}", GONE),
    "an edited text": ASSESSED + EDITED,
    "its retirement": ASSESSED + retired("r2").replace("2026-03", "2026-07"),
}


@pytest.mark.parametrize("what", LATER)
def test_a_cited_link_goes_on_showing_the_same_after(reading: Reading, what: str) -> None:
    before = reading({"r/r1": ASKED + FIRST + ASSESSED, "r/r2": ASKED + FIRST, "e/law": NEWS})
    link = build_citation(question(before, "r1"), before.recommendations["r1"]).link
    assert link == f"{ORIGIN}/r/r1?recorded=2026-06-18T00%3A00%3A00.000000Z&lang=en"
    shown = following(before, link).body
    title = "Another title" if what == "an edited text" else "T"
    bears = "relevant_to: [{recommendation: r1, effect: setback, recorded: 2026-07-02T12:00:00.000000Z}]\n"
    other = SHOWN + FIRST.replace("2026-01", "2026-07") + bears
    after = reading({"r/r1": ASKED.replace("title: T", f"title: {title}") + FIRST + LATER[what], "e/other": other})
    # a page of the past says alone that what it shows was withdrawn since
    later = rb' <span class="rt-mark rt-withdrawn">withdrawn later, on 1 July 2026</span>'
    assert (re.sub(later, b"", following(after, link).body), what == "a withdrawn one") == (
        shown,
        later in following(after, link).body,
    )
    assert following(after, f"{ORIGIN}/r/r1?lang=en").body != following(before, f"{ORIGIN}/r/r1?lang=en").body


def test_a_citation_of_a_past_view_is_of_that_past(reading: Reading) -> None:
    found = reading({"r/r1": ASKED + FIRST + ASSESSED})
    asking = question(found, "r1", as_of="2026-01-31", recorded="2026-01-20T00:00:00.000000Z", lang="ru")
    cited = build_citation(asking, asking.view.recommendations["r1"])
    assert cited.link == f"{ORIGIN}/r/r1?recorded=2026-01-20T00%3A00%3A00.000000Z&lang=ru&as_of=2026-01-31"


def test_a_moment_that_is_still_to_come_is_not_cited(reading: Reading) -> None:
    asking = question(reading({"r/r1": ASKED + FIRST + ASSESSED}), "r1", recorded="2026-06-18")
    assert asking.view.recorded == "2026-06-18T23:59:59.999999Z"
    assert "recorded=2026-06-18T00%3A00%3A00.000000Z" in build_citation(asking, asking.view.recommendations["r1"]).link


def test_what_was_written_without_a_time_is_cited_as_it_is_now(reading: Reading) -> None:
    found = reading({"r/r1": ASKED + FIRST + ASSESSED.replace(", recorded: 2026-02-02T12:00:00.000000Z", "")})
    cited = build_citation(question(found, "r1"), found.recommendations["r1"])
    assert cited.text == f"Nobody. T. As shown on 18 June 2026. {ORIGIN}/r/r1?lang=en"


def test_a_quotation_in_its_own_language_and_a_translation_is_cited_for_good(reading: Reading) -> None:
    told = DOCUMENTS.replace("{id: co-2024,", "{id: co-2024, original_language: en,")
    quoted = "text: {en: {text: End it., origin: official}, ru: {text: Прекратите это., origin: official}}\n"
    asking = question(reading({"documents": told, "r/r1": CONCLUDED + quoted + FIRST}), "r1")
    r = asking.view.recommendations["r1"]
    assert r.text and r.text["ru"].origin is TextOrigin.OFFICIAL_TRANSLATION
    assert "recorded=" in build_citation(asking, r).link


def test_everything_that_is_shipped_can_be_cited_for_good(dataset: Dataset) -> None:
    asking = question(dataset, "")
    shown = asking.view.recommendations.values()
    assert [r.id for r in shown if "recorded=" not in build_citation(asking, r).link] == []


def test_a_moment_within_a_day_is_named_with_its_hour(reading: Reading) -> None:
    found = reading({"r/r1": ASKED + FIRST + ASSESSED, "tracker": TRACKER + "timezone: Asia/Bishkek\n"})
    said = {
        "2026-01-31": "31 January 2026.", "2026-02-02T11:59:59Z": "2 February 2026, 17:59 (UTC+6).",
        "2026-02-02": "2 February 2026.", "2026-06-18": "18 June 2026, 00:00 (UTC+6).",
    }  # fmt: skip
    for recorded, moment in said.items():
        asking = question(found, "r1", recorded=recorded)
        assert build_citation(asking, asking.view.recommendations["r1"]).words.endswith(f"As recorded on {moment}")
        page = words(render_permanent_link(asking).body)
        assert f"Showing this page as it was published on {moment}" in page
        assert ("No assessment by this moment" in page) == ("11:59" in recorded)
        assert ("No assessment by this date" in page) == ("01-31" in recorded)


def test_what_was_withdrawn_later_says_so_on_a_page_of_the_past(reading: Reading) -> None:
    later = "events: [{type: withdrawn, reason: W, recorded: 2026-03-05T12:00:00.000000Z}]"
    gone = ASSESSED.replace("editor-anna}", f"editor-anna, {later}}}")
    found = reading({"r/r1": ASKED + FIRST + gone, "e/law": f"{NEWS}{later}\n"})
    page = words(render_permanent_link(question(found, "r1", recorded="2026-02-10")).body)
    assert page.count("withdrawn later, on 5 March 2026") >= 3  # the status, the history, the evidence
    found = reading({"r/r1": ASKED + FIRST + ASSESSED, "e/law": NEWS})
    assert "withdrawn later" not in words(render_permanent_link(question(found, "r1", recorded="2026-02-10")).body)
