"""What a reader's page says, as one function returns it: its filters, its links and its address."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import lxml.html
import pytest
from jinja2 import meta

from tests.support.story_folder import ASKED, NEWS, RECORDED, TRACKER, made
from tests.support.view_requests import ask
from tracker.editing.redaction.remove_words import redact_folders
from tracker.editing.store import Store
from tracker.i18n import get_language
from tracker.model.dataset import Dataset
from tracker.model.permissions import READER, Person, Role
from tracker.publishing import render_context
from tracker.publishing.pages.frame import RenderedPage, render_head, render_no_page
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.queries.view import View
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader

STUDIED = f"{NEWS}{RECORDED}\nrecorded_by: editor-anna\nrelevant_to:\n  - {{recommendation: r1, effect: progress, {RECORDED}}}\n"
Shows = Callable[..., RenderedPage]


@pytest.fixture
def data(tmp_path) -> Dataset:
    return DatasetReader(made(tmp_path, {"evidence/law.yaml": STUDIED})).read()


@pytest.fixture
def shown(data) -> Shows:
    """`shown("/evidence", kind="law")` is a page of the story."""

    def show(path: str, lang: str = "en", *, of: Dataset = data, **params: str | list[str]) -> RenderedPage:
        given: dict[str, Any] = {name: [value] if isinstance(value, str) else value for name, value in params.items()}
        asked = ask(of, lang, **given)
        views.setdefault(of.root, asked.view)
        return READER_PAGES[path].render(replace(asked, view=views[of.root]))

    views: dict[object, View] = {}

    return show


def boxes(page: RenderedPage, name: str) -> dict[str, tuple[str, bool]]:
    """Code → (label with its count, is chosen) of the options of a filter."""
    found = lxml.html.document_fromstring(page.body).xpath(f"//form//label[input[@name='{name}']]")
    return {one[0].get("value"): (" ".join(one.text_content().split()), "checked" in one[0].attrib) for one in found}


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("path", READER_PAGES)
def test_a_page_is_whole_and_its_links_keep_the_language(data, shown, path, lang):
    page = shown(path, lang, **{"/recommendation": {"id": "r1"}, "/search": {"q": "law"}}.get(path, {}))
    assert page.status == 200 and page.title and "og:title" in render_head(ask(data, lang), page)
    html = lxml.html.document_fromstring(page.body)
    assert [len(html.xpath(f"//{tag}")) for tag in ("header", "main", "h1", "footer")] == [1, 1, 1, 1]
    assert [words for words in ("<!--", "/edit", "editor-anna") if words in page.body] == []
    ids = html.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = [link for link in html.xpath("//main//a/@href") if link.startswith("/") and not link.startswith("/files/")]
    assert links or path == "/translations"  # everything is written in the one language of the story
    assert [link for link in links if lang == "ru" and "lang=ru" not in link] == []
    # a form without a script sends nothing but its fields
    for form in html.xpath("//form"):
        assert "?" not in form.get("action") and form.get("method") == "get"
        assert lang == "en" or form.xpath(".//input[@name='lang']/@value") == ["ru"]
        for each in form.xpath(".//input | .//select"):
            assert each.get("data-name") == each.get("name")
    assert shown(path, lang).body  # without parameters too


@pytest.mark.parametrize(
    ("path", "name", "value", "heading", "known"),
    [
        ("/recommendations", "body", "XYZ*", "Committee", "CESCR"),
        ("/evidence", "direction", "<b>", "Shows", "Progress"),
        ("/activity", "change", "XYZ*", "Kind of change", "EVIDENCE"),
    ],
)
def test_an_unknown_value_is_named_and_a_known_one_matches_in_any_case(shown, path, name, value, heading, known):
    said = lxml.html.document_fromstring(shown(path, **{name: value}).body).text_content()
    assert f"“{value}” is not a known value for “{heading}”. The list is shown without that filter." in said
    matched = shown(path, **{name: known})
    assert ("is not a known value" in matched.body, matched.params) == (False, ((name, known.lower()),))


def test_every_filter_in_use_has_a_link_that_removes_it(shown):
    asked = {"body": "cescr", "stale": "no", "id": ["r1", "r2"], "q": "law", "page": "2", "choosing": "list"}
    found = shown("/recommendations", **asked).body
    for rest, chip in [
        ("id=r1&amp;id=r2&amp;stale=no&amp;q=law", "Committee: <b>CESCR"),
        ("id=r1&amp;id=r2&amp;body=cescr&amp;q=law", "Assessed more than 12 months ago: <b>No"),
        ("body=cescr&amp;stale=no&amp;q=law", "Selected: <b>2"),
        ("id=r1&amp;id=r2&amp;body=cescr&amp;stale=no", "Words: <b>law"),
    ]:
        assert f'/recommendations?{rest}&amp;choosing=list" title="Remove this filter">{chip}' in found
    assert 'href="/recommendations">Remove all' in found


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("/recommendations", {}),
        ("/recommendations", {"by": "civil-society"}),
        ("/recommendations", {"by": "committee", "status": "not-assessed", "evidence": "no"}),
        ("/evidence", {"kind": "news"}),
        ("/activity", {"body": "cescr"}),
    ],
)
def test_a_count_beside_an_option_is_what_the_list_has_after_choosing_it(shown, path, chosen):
    page = shown(path, **chosen)
    names = {"/recommendations": "status body evidence theme", "/evidence": "direction dimension", "/activity": "by"}
    checked = 0
    for name in names[path].split():
        for code, (label, _) in boxes(page, name).items():
            if not code:
                continue
            count = int(label.rpartition(" ")[2])
            then = shown(path, **{**chosen, name: code})
            heads = re.findall(r'class="rt-count"[^>]*>(\d+) (?:recommendation|evidence item|entr)', then.body)
            heads = re.findall(r"\((\d+) single change", then.body) or heads
            assert count == sum(map(int, heads)), (name, code, label)
            checked += count
    assert checked
    assert f"how many {'single changes' if path == '/activity' else 'entries'} the list has with it" in then.body


def test_what_is_chosen_is_ticked_and_the_form_keeps_the_rest(shown):
    chosen = {"status": ["implemented", "not-assessed"], "stale": ["no"]}
    page = shown("/recommendations", **chosen, id=["r1"], sort="title", q="law")
    for name, codes in chosen.items():
        assert {code for code, (_, is_chosen) in boxes(page, name).items() if is_chosen} == {*codes}
    html = lxml.html.document_fromstring(page.body)
    form = html.xpath("//form[contains(@class, 'rt-filters')]")[0]
    kept = form.xpath("./input[@type='hidden']")
    assert [(each.get("name"), each.get("value")) for each in kept] == [("id", "r1"), ("q", "law")]
    assert form.xpath(".//select[@name='sort']/option[@selected]/@value") == ["title"]
    # the box of the header searches in this list, and there is a way to search everything
    search = html.xpath("//form[@role='search']")[0]
    assert (search.get("action"), search.xpath("./input[@type='search']/@value")) == ("/recommendations", ["law"])
    assert "status" in search.xpath("./input/@name") and "/search?q=law" in page.body
    assert 'action="/search"' in shown("/about").body


def test_a_typo_in_the_words_shows_what_was_probably_meant_and_says_so(shown):
    found = shown("/recommendations", q="punishmants").body
    assert "Nothing found for “punishmants”. Showing results for “punishments”." in found
    assert "Repeal the <mark>punishments</mark>" in found
    # the files hold what the list shows, and the link to share has what was typed
    assert "/export.xlsx?q=punishments&amp;lang=en" in found
    assert "/recommendations?q=punishmants&amp;lang=en" in found
    assert "Showing results for" not in shown("/recommendations", q="punishments").body
    assert "Showing results for “signed”" in shown("/evidence", q="sigmed").body


def test_an_address_without_a_page_offers_the_pages_and_a_search(data):
    page = render_no_page(ask(data), "/nowhere")
    assert (page.status, render_head(ask(data), page)) == (404, "")
    assert "There is no such page" in page.body and 'href="/recommendations"' in page.body
    for id, status, words in (("no-such", 404, "There is no such recommendation"), ("", 404, "does not name a")):
        missing = READER_PAGES["/recommendation"].render(ask(data, id=[id]))
        assert (missing.status, words in missing.body) == (status, True)


def test_templates_that_are_imported_use_only_what_every_template_has() -> None:
    # their macros are made once for all pages, so they must not look at the page that imports them
    environment, own = render_context._environment(), {"seen", "more", "address"}
    for name in environment.list_templates(filter_func=lambda name: name.startswith("layout/")):
        text = (render_context.TEMPLATES / name).read_text("utf-8")
        import_ = re.compile(rf'(?:import|from) "{name}"[^%]* with context')
        if any(import_.search(page.read_text("utf-8")) for page in render_context.TEMPLATES.rglob("*.html")):
            free = meta.find_undeclared_variables(environment.parse(text)) - environment.globals.keys()
            assert free - own <= render_context._SHARED_VALUES, name


def test_what_a_page_imports_is_kept_for_one_language_one_person_and_one_beginning_of_links(data) -> None:
    view = ask(data).view
    template = render_context._environment().from_string(
        '{% import "layout/macros.html" as m with context %}{{ m.evidence_item(view.evidence["law"]) }}'
    )

    def item(lang: str = "en", person: Person = READER, base: str = "") -> str:
        asked = render_context.ViewRequest(view, get_language(lang, view.settings), origin=base)
        context = asked if base else render_context.PersonalRequest.of(asked, person)
        given = {"_": context.language.gettext, "language": context.language, "ngettext": context.language.ngettext}
        own = {
            "localized": context.text,
            "label": context.label,
            "link": context.link,
            "date": context.language.format_date,
        }
        return template.render(s=context, view=view, **given, **own)

    reader = item()
    editor = Person(Role.EDITOR, "editor-anna")
    assert len({reader, item("ru"), item(person=editor), item(base="https://mirror.example")}) == 4
    assert item() == reader


EDITED = f"""{ASKED}recorded: 2026-01-31T12:00:00.000000Z
assessments:
  - {{voice: civil-society, status: implemented, date: 2025-03-04, reason: The ministry said so.,
     recorded: 2026-02-01T12:00:00.000000Z}}
history:
  - {{recorded: 2026-02-03T12:00:00.000000Z, recorded_by: editor-anna, recorded_for: editors,
     reason: The court quoted it., field: summary, old: Use must be punished.}}
"""


def test_the_history_shows_old_and_new_words_by_organisation_and_a_reason_stands_once(tmp_path, shown):
    data = DatasetReader(made(tmp_path / "e", {"recommendations/r1.yaml": EDITED})).read()
    page = shown("/recommendation", of=data, id="r1").body
    history = page[page.index('id="rt-timeline"') :]
    assert "<del>must</del> <ins>should not</ins> be punished" in history.replace("&nbsp;", " ")
    assert "The court quoted it." in history and "Editors of this tracker" in history
    assert page.count("The ministry said so.") == 1
    assert "Edited texts" not in shown("/recommendation", id="r1").body


def test_words_that_were_removed_are_not_among_the_edited_texts_or_in_the_activity(tmp_path):
    named = EDITED.replace("Use must", "Ivan Testov must").replace("The court quoted", "Ivan Testov quoted")
    root = made(tmp_path / "e", {"recommendations/r1.yaml": named})

    def listed(path: str, start: str, **params: Any) -> str:
        return READER_PAGES[path].render(ask(DatasetReader(root).read(), **params)).content.partition(start)[2]

    places = (("/recommendation", "Edited texts", {"id": ["r1"]}), ("/activity", "<h1>", {"change": ["edit"]}))
    for path, start, params in places:
        assert listed(path, start, **params).count("Testov") == 2, f"{path} lists the old text and the reason"
    terms, reviewer = RedactionTerms(["Ivan Testov"]), Person(Role.REVIEWER, "reviewer-x1")
    redact_folders(Store(DatasetReader(root)), terms, by=reviewer, day=date(2026, 3, 1))
    for path, start, params in places:
        shown = listed(path, start, **params)
        assert "Testov" not in shown, f"{path} still says the removed words"
        assert "quoted it." in shown, f"{path} does not list the edit any more"


def test_a_text_that_is_missing_in_a_language_is_in_the_public_queue_with_whom_to_write_to(tmp_path, shown):
    files = {"tracker.yaml": TRACKER + "languages: [en, ru]\n"}
    waiting = shown("/translations", "ru", of=DatasetReader(made(tmp_path / "a", files)).read()).body
    html = lxml.html.document_fromstring(waiting)
    assert html.xpath("//main//section//h2/@id") == ["rt-translations-ru", "rt-translations-en"]
    assert "/recommendation?id=r1&amp;lang=ru" in waiting and "mailto:" not in waiting
    files["tracker.yaml"] = files["tracker.yaml"].replace("editors}", "editors, contact: 'mailto:a@example.org'}")
    named = shown("/translations", of=DatasetReader(made(tmp_path / "b", files)).read()).body
    assert "What is sent to a@example.org is read by: The editors." in named
    # the page of a text without a translation leads there
    there = DatasetReader(tmp_path / "a").read()
    assert "/translations" in shown("/recommendation", "ru", of=there, id="r1").body
    assert "/translations" not in shown("/recommendation", of=there, id="r1").body


def test_the_line_of_time_names_a_report_of_the_universal_periodic_review_as_what_it_is(shown, dataset):
    words = re.sub("<[^>]+>", " ", shown("/deadlines", of=dataset).body)
    assert "2025  Report of the Working Group" in words and "Concluding observations, review" not in words
    # what others ask through it, which its filter counts too, is not its own
    assert "3 recommendations of its own" in shown("/treaty-bodies", of=dataset).body
    assert "Concluding observations; Report of the Working Group" in words, "so does its legend"


def test_a_mistake_is_sent_nowhere_while_nobody_is_named_who_reads_it(tmp_path, shown):
    told, where = (f"the day{rest}" for rest in (". Nobody is named yet who reads it.", ", and says where to send it."))
    files = {"tracker.yaml": TRACKER + "demonstration: true\n"}
    nobody = shown("/about", of=DatasetReader(made(tmp_path / "a", files)).read()).body
    assert told in nobody and where not in nobody
    files["tracker.yaml"] = files["tracker.yaml"].replace("editors}", "editors, contact: 'mailto:a@example.org'}")
    named = shown("/about", of=DatasetReader(made(tmp_path / "b", files)).read()).body
    assert where in named and told not in named
    unnamed = "No organisation or person is named who runs it."
    assert nobody.index("Who publishes this") < nobody.index(unnamed) < nobody.index("It shows what")
    assert unnamed not in named


def test_the_analysis_tells_an_item_once_and_folds_a_long_statement(shown, dataset):
    html = lxml.html.document_fromstring(shown("/analysis", of=dataset).body)
    told = [item.text.strip() for item in html.xpath("//ul[@class='rt-why']/li") if (item.text or "").strip()]
    assert told and len(told) == len(set(told)) < len(html.xpath("//ul[@class='rt-why']/li"))
    folded = [one.text_content() for one in html.xpath("//table//details[summary='The whole text']")]
    assert folded and min(map(len, folded)) > 400 > max(
        len(one.text_content()) for one in html.xpath("//*[@class='rt-said']")
    )


def test_the_day_of_consideration_is_not_shown_as_the_day_of_a_document(data):
    id, day = data.recommendations["r1"].document, "2026-02-12"
    undated = dict.fromkeys(("issued", "adopted", "considered", "received"))
    for name, words in {"considered": "considered: 12 ", "received": "received: 12 ", "adopted": "12 "}.items():
        document = replace(data.documents[id], **{**undated, name: day})
        changed = replace(data, documents={**data.documents, id: document})
        page = READER_PAGES["/recommendation"].render(ask(changed, id=["r1"])).body
        text = " ".join(re.sub("<[^>]+>", " ", page).replace("\xa0", " ").replace("&nbsp;", " ").split())
        assert f"· {words}February 2026" in text, name
