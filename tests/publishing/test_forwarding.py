"""What a reader forwards: a short text, and a sheet to print whose QR code leads to the card."""

import io
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from tests.support.permanent_links import ASSESSED, FIRST, ORIGIN, question, retired, words
from tests.support.server_process import Server
from tests.support.small_dataset import ASKED, TRACKER
from tracker.i18n import LANGUAGES
from tracker.publishing.pages import sheet
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.sheet import forward_text, render_sheet

LONG = "A very long title about the detention of people in remand prisons and police stations. " * 12


def test_a_text_to_forward_says_what_whose_and_when_in_the_language_of_the_reader(reading):
    found = reading(
        {"r/r1": ASKED.replace("title: T", "title: {en: Repeal the fine, ru: Отменить штраф}") + FIRST + ASSESSED}
    )
    asked = question(found, "r1")
    assert forward_text(asked, found.recommendations["r1"]).split("\n") == [
        "Repeal the fine",
        "partially-implemented, getting better. Assessed by the tracker's editors; not reviewed by any organisation. "
        "Assessment of 1 February 2026. Last change recorded on 2 February 2026.",
        "Civil society · addressed to CESCR · Alternative report 2024 · source read",
        f"{ORIGIN}/r/r1?lang=en",
    ]
    russian = forward_text(question(found, "r1", lang="ru"), found.recommendations["r1"])
    assert russian.startswith("Отменить штраф\n") and "Последнее изменение записано" in russian
    past = forward_text(question(found, "r1", as_of="2026-01-15"), found.recommendations["r1"])
    assert "As of 15 January 2026." in past and past.endswith("/r/r1?lang=en&as_of=2026-01-15")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_to_forward_is_short_and_keeps_its_link(reading, lang, monkeypatch):
    assert sheet.LONGEST_FORWARD == 700
    monkeypatch.setattr(sheet, "LONGEST_FORWARD", 320)
    found = reading({"r/r1": ASKED.replace("title: T", f"title: {LONG}") + FIRST + ASSESSED.replace("The law", LONG)})
    text = forward_text(question(found, "r1", lang=lang), found.recommendations["r1"])
    assert len(text) <= 320 and "…" in text and text.endswith(f"\n{ORIGIN}/r/r1?lang={lang}")


def test_a_text_to_forward_says_nothing_where_previews_are_neutral(reading):
    found = reading({"r/r1": ASKED + FIRST, "tracker": TRACKER + "neutral_previews: true\n"})
    assert forward_text(question(found, "r1"), found.recommendations["r1"]).count("\n") == 1


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_code_on_a_sheet_leads_to_the_page(reading, lang):
    found = reading({"r/r1": ASKED + FIRST + ASSESSED})
    page = render_sheet(question(found, "r1", lang=lang))
    tree = lxml.html.document_fromstring(page.body)
    (code,) = tree.xpath("//img[starts-with(@src, 'data:')]/@src")
    picture = Image.open(io.BytesIO(b64decode(code.partition("base64,")[2]))).convert("L")
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [f"{ORIGIN}/r/r1?lang={lang}"]
    assert tree.xpath("//script") == [] and f"{ORIGIN}/r/r1?lang={lang}" in words(page.body)
    (text,) = tree.xpath("//section//textarea/text()")
    (chat,) = tree.xpath("//a[.='WhatsApp']/@href")
    assert parse_qs(urlsplit(chat).query)["text"] == [text.strip()]
    gone = reading({"r/r1": ASKED + FIRST + retired("r2"), "r/r2": ASKED + FIRST})
    assert [render_sheet(question(gone, id)).status for id in ("r1", "r9")] == [410, 404]


def test_the_panel_share_of_a_recommendation_forwards_it_without_a_script(reading):
    found = reading({"r/r1": ASKED + FIRST + ASSESSED})
    panel = lxml.html.document_fromstring(READER_PAGES["/recommendation"].render(question(found, "", id="r1")).header)
    assert panel.xpath("//textarea/text()") == [forward_text(question(found, "r1"), found.recommendations["r1"])]
    links = [link for link in panel.xpath("//*[contains(@class, 'rt-sharebox')]//a/@href") if "/r/" in link]
    assert [urlsplit(link).path for link in links[-2:]] == ["/r/r1/sheet", "/r/r1.png"]
    assert "textarea" not in READER_PAGES["/about"].render(question(found, "")).header


@pytest.mark.browser
def test_a_sheet_takes_one_page_and_the_share_sheet_of_a_phone_gets_text_and_picture(shared_server: Server, page):
    reader = page()
    for id, lang in (("ngo-2024-r7", "ru"), ("cedaw-2021-44", "ky"), ("ccpr-2014-15", "en")):
        reader.goto(f"{shared_server.url}/r/{id}/sheet?lang={lang}")
        assert len(PdfReader(io.BytesIO(reader.pdf(format="A4"))).pages) == 1, (id, lang)
    reader.add_init_script("navigator.share = async (sent) => (window.sent = sent); navigator.canShare = () => true")
    reader.goto(f"{shared_server.url}/recommendation?id=ngo-2024-r7&lang=en")
    reader.locator(".rt-head .rt-share:not(.rt-day) > summary").click()
    reader.get_by_role("button", name="Send with an app").click()
    reader.wait_for_function("() => window.sent")
    assert reader.evaluate("[sent.text.split('\\n')[0], sent.files[0].type]") == [
        "Expand harm reduction with sustained State funding",
        "image/png",
    ]
