"""The brief for an expert: a few recommendations on a page or two; and the dashboard's own pages on paper."""

from urllib.parse import quote

import pytest
from lxml.html import fromstring
from playwright.sync_api import expect

from tests.support.small_dataset import CONCLUDED, SHOWN
from tests.support.view_requests import CO, FILES, LATER, ask, small
from tracker.publishing.pages.brief import best_evidence, render_brief


def read(asked):
    """The brief as an HTML tree."""
    return fromstring(render_brief(asked).body.decode())


def words(element) -> str:
    return " ".join(element.text_content().split())


def test_it_says_who_asks_what_when_where_and_what_three_voices_say(tmp_path):
    html = read(ask(small(tmp_path, *FILES), id=["x"]))
    said = words(html.find(".//article"))
    assert said.startswith(
        "Expand the programme Civil society → CESCR · Report, no. 7 · February 2024 · source read The programme should grow."
    )
    ours = "Editors of this tracker not-implemented getting worse assessed: 4 March 2025, not updated since Closed."
    assert f"{ours} The State implemented 2025 · not checked yet All is done." in said
    assert said.endswith("Evidence: setback [1] · https://tracker.example/r/x")


def test_a_committees_recommendation_is_cited_by_symbol_paragraph_and_day(tmp_path):
    data = small(tmp_path, ("r/y", CO + "paragraph: 20-21\n"))
    said = words(read(ask(data)).find(".//article"))
    assert said.startswith(
        "T CESCR, Committee on Rights · Concluding observations · E/C.12/RUR/CO/4 ↗, para. 20–21 · 28 March 2024"
    )


def test_a_footnote_names_publisher_date_and_the_address_in_print(tmp_path):
    html = read(ask(small(tmp_path, *FILES), id=["x"]))
    notes = [words(note) for note in html.xpath("//ol/li")]
    assert notes == ["Парламент, Закон, February 2025. A law. source read https://example.org/law?a=1&b=2"]
    assert html.xpath("//article//a[text()='[1]']/@href") == ["#note-1"] and html.xpath("//li/@id") == ["note-1"]


def test_what_two_recommendations_rest_on_is_one_footnote(tmp_path):
    both = "relevant_to: [{recommendation: y, effect: progress}, {recommendation: z, effect: setback}]\n"
    data = small(tmp_path, ("r/y", CONCLUDED), ("r/z", CONCLUDED), ("e/law", SHOWN + both))
    html = read(ask(data))
    assert [words(one) for one in html.xpath("//*[@class='rt-shows']/span")] == ["progress [1]", "setback [1]"]
    assert len(html.xpath("//ol/li")) == 1


def test_the_newest_setback_and_progress_come_before_what_the_assessment_names(tmp_path):
    said = "assessments: [{voice: civil-society, status: implemented, date: 2025, reason: R, evidence: [named]}]\n"
    bearing = "context 2026-05 context, named 2023 context, old 2024 setback, new 2025-10 setback, better 2022 progress"
    items = []
    for name, published, effect in map(str.split, bearing.split(",")):
        bears = f"relevant_to: [{{recommendation: y, effect: {effect}}}]\n"
        items.append((f"e/{name}", f"{SHOWN}published: {published}\n{bears}"))
    data = small(tmp_path, ("r/y", CONCLUDED + said), *items)
    view = ask(data).view
    assert [e.id for e, _ in best_evidence(view, view.recommendations["y"])] == ["new", "better", "named"]
    said = words(read(ask(data)))
    assert "3 of 5 items" in said
    assert "at most 3 items are chosen for a recommendation in this order: the newest setback," in said


def test_it_says_who_asks_for_the_same_how_far_and_that_this_is_our_judgement(tmp_path):
    same = "same_demand: [{recommendation: y, extent: part}, {recommendation: z}]\n"
    data = small(tmp_path, ("r/x", CONCLUDED + same), ("r/y", CONCLUDED), ("r/z", CONCLUDED))
    assert words(read(ask(data, id=["x"]))).count("(extent not checked, in the tracker's judgement)") == 1
    assert "Same demand:" in words(read(ask(data, id=["y"])))
    assert words(read(ask(data, id=["y"]))).count("(in part, in the tracker's judgement)") == 1


def test_every_printed_page_has_its_number_and_the_address_of_the_tracker(tmp_path):
    html = render_brief(ask(small(tmp_path, *FILES))).body.decode()
    assert 'content: counter(page) " / " counter(pages)' in html
    assert '@bottom-left { content: "https\\3a \\2f \\2f tracker\\2e example"; }' in html


def test_a_brief_of_more_than_three_begins_with_a_summary(tmp_path):
    data = small(tmp_path, *((f"r/y{n}", CONCLUDED) for n in range(1, 5)))
    assert read(ask(data)).xpath("//ol[@class='rt-summary']/li/a/@href") == ["#y1", "#y2", "#y3", "#y4"]
    assert not read(ask(data, id=["y1", "y2", "y3"])).xpath("//ol[@class='rt-summary']")


def test_more_than_twelve_are_too_many_and_it_says_so(tmp_path):
    data = small(tmp_path, *((f"r/y{n}", CONCLUDED) for n in range(1, 14)))
    html = read(ask(data))
    assert html.xpath("//article/@id") == [f"y{n}" for n in range(1, 13)]
    assert "A brief has room for 12 recommendations: the first 12 of 13 are here. Pick those that" in words(html)
    assert "has room" not in words(read(ask(data, id=["y13"])))


def test_the_permanent_link_goes_on_showing_the_same(tmp_path):
    asked = ask(small(tmp_path / "now", *FILES), id=["x"])
    (link,) = read(asked).xpath("//footer//a/@href")
    recorded = "2026-06-18T00:00:00.000000Z"
    assert link == f"https://tracker.example/brief.html?id=x&recorded={quote(recorded)}&lang=en"
    data = small(tmp_path / "later", ("r/x", LATER.replace("2026-01-09", "2026-06-19")), *FILES[1:])
    later = read(ask(data, id=["x"], recorded=recorded))
    assert words(later.find(".//article")) == words(read(asked).find(".//article"))
    assert later.xpath("//*[@class='rt-banner']/a/@href") == ["https://tracker.example/brief.html?id=x&lang=en"]


def test_no_handle_and_no_markup_of_the_data_is_in_it(tmp_path):
    data = small(tmp_path, ("r/x", LATER.replace("Closed.", "'<script>alert(1)</script>'")), *FILES[1:])
    html = render_brief(ask(data, "ru", recorded="2026-01-03T12:00:00.000000Z")).body.decode()
    assert "editor-" not in html and "<script" not in html and "&lt;script&gt;" in html


@pytest.mark.long
@pytest.mark.browser
def test_a_printed_page_has_what_is_said_without_what_is_pressed(shared_server, page):
    here = shared_server.url
    one = page(color_scheme="dark")
    for path in ("/recommendations", "/recommendation?id=ngo-2024-r7"):
        one.goto(here + path)
        expect(one.locator(".rt-foot")).to_be_visible()
        one.emulate_media(media="print")
        tools = ".rt-nav, .rt-tools, .rt-day, .rt-crumbs, .rt-deeds, .rt-downloads, .rt-foot a, button, input"
        expect(one.locator(tools).filter(visible=True)).to_have_count(0)
        assert one.locator("h1").is_visible() and one.locator(".rt-status").first.is_visible()
        colours = "e => [getComputedStyle(e).colorScheme, getComputedStyle(e).backgroundColor]"
        assert one.locator(".stApp").evaluate(colours) == ["light", "rgb(255, 255, 255)"]
        one.emulate_media(media="screen")
