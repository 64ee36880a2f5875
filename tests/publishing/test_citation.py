"""How a recommendation is cited: the link goes on showing what was said then."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.card_parsing import ASSESSED, FIRST, NEWS, ORIGIN, following, question, retired
from tests.support.small_dataset import ASKED, SHOWN, folder
from tracker.model.dataset import Dataset
from tracker.publishing.citation import build_citation
from tracker.publishing.pages.card import render_card
from tracker.storage.dataset_reader import DatasetReader

EARLIER = "2026-01-01, reason: An old law., source: {document: report-2024}, recorded: 2026-07-01T12:00:00.000000Z, recorded_by: editor-anna"
LATER = {
    "a newer assessment": ASSESSED
    + "  - {voice: civil-society, status: not-implemented, date: "
    + EARLIER.replace("2026-01-01", "2026-05-01", 1)
    + "}\n",
    "a back-dated one": ASSESSED + "  - {voice: civil-society, status: not-implemented, date: " + EARLIER + "}\n",
    "a withdrawn one": ASSESSED.replace(
        "editor-anna}",
        "editor-anna,\n     events: [{type: withdrawn, reason: W, recorded: 2026-07-01T12:00:00.000000Z}]}",
    ),
    "an edited text": ASSESSED
    + "history:\n  - {recorded: 2026-07-01T12:00:00.000000Z, recorded_by: editor-anna, reason: Clearer, field: title, old: T}\n",
    "its retirement": ASSESSED + retired("r2").replace("2026-03", "2026-07"),
}


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., Dataset]:
    """`reading({file: text})` is the dataset with these files now."""
    return lambda files: DatasetReader(folder(tmp_path, files)).read()


@pytest.mark.parametrize("what", LATER)
def test_a_cited_link_goes_on_showing_the_same_after(reading: Callable[..., Dataset], what: str) -> None:
    before = reading({"r/r1": ASKED + FIRST + ASSESSED, "r/r2": ASKED + FIRST, "e/law": NEWS})
    link = build_citation(question(before, "r1"), before.recommendations["r1"]).link
    assert link == f"{ORIGIN}/r/r1?recorded=2026-06-18T00%3A00%3A00.000000Z&lang=en"
    shown = following(before, link).body
    title = "Another title" if what == "an edited text" else "T"
    other = (
        SHOWN
        + FIRST.replace("2026-01", "2026-07")
        + "relevant_to:\n  - {recommendation: r1, effect: setback, recorded: 2026-07-02T12:00:00.000000Z}\n"
    )
    after = reading({"r/r1": ASKED.replace("title: T", f"title: {title}") + FIRST + LATER[what], "e/other": other})
    assert following(after, link).body == shown
    assert following(after, f"{ORIGIN}/r/r1?lang=en").body != render_card(question(before, "r1")).body


def test_a_citation_of_a_past_view_is_of_that_past(reading: Callable[..., Dataset]) -> None:
    found = reading({"r/r1": ASKED + FIRST + ASSESSED})
    asking = question(found, "r1", as_of="2026-01-31", recorded="2026-01-20T00:00:00.000000Z", lang="ru")
    cited = build_citation(asking, asking.view.recommendations["r1"])
    assert cited.link == f"{ORIGIN}/r/r1?recorded=2026-01-20T00%3A00%3A00.000000Z&lang=ru&as_of=2026-01-31"


def test_a_moment_that_is_still_to_come_is_not_cited(reading: Callable[..., Dataset]) -> None:
    asking = question(reading({"r/r1": ASKED + FIRST + ASSESSED}), "r1", recorded="2026-06-18")
    assert asking.view.recorded == "2026-06-18T23:59:59.999999Z"
    assert "recorded=2026-06-18T00%3A00%3A00.000000Z" in build_citation(asking, asking.view.recommendations["r1"]).link


def test_what_was_written_without_a_time_is_cited_as_it_is_now(reading: Callable[..., Dataset]) -> None:
    found = reading({"r/r1": ASKED + FIRST + ASSESSED.replace(", recorded: 2026-02-02T12:00:00.000000Z", "")})
    cited = build_citation(question(found, "r1"), found.recommendations["r1"])
    assert cited.text == f"Nobody. T. As shown on 18 June 2026. {ORIGIN}/r/r1?lang=en"


def test_everything_that_is_shipped_can_be_cited_for_good(dataset: Dataset) -> None:
    asking = question(dataset, "")
    shown = asking.view.recommendations.values()
    assert [r.id for r in shown if "recorded=" not in build_citation(asking, r).link] == []
