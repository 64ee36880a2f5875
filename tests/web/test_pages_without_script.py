"""What the server answers at the address of a page: all that a reader sees, without a script."""

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest

from tests.support.http_client import say
from tests.support.server_process import Server
from tests.support.waiting import wait_until

WORDS = {
    "/": "recommendations by civil society are implemented",
    "/recommendations": "Repeal all punishment for drug use",
    "/recommendation?id=ngo-2024-r1": "What it asks for",
    "/evidence": "Relevant to",
    "/analysis": "On 0 of 9|claims of the State",
    "/treaty-bodies": "Grading scale",
    "/deadlines": "What is due to each committee",
    "/activity": "Nothing is deleted",
    "/about": "How to read this dashboard",
    "/search?q=naloxone": "Search: naloxone",
}


def opened(app: Server, address: str, status: int = 200) -> lxml.html.HtmlElement:
    """The page at an address."""
    code, _headers, body = say(app, "GET", address)
    assert code == status, (address, code)
    html = lxml.html.document_fromstring(body)
    html.set("address", address)
    return html


def follow(app: Server, page: lxml.html.HtmlElement, words: str) -> lxml.html.HtmlElement:
    """The page to which the link with these words leads."""
    links = [a for a in page.iter("a") if a.get("lang") == words or words in a.text_content()]
    return opened(app, links[0].get("href"))


def send(app: Server, page: lxml.html.HtmlElement, name: str, values: list[str] | str) -> lxml.html.HtmlElement:
    """The page that a form leads to after a field got another value."""
    form = next(form for form in page.forms if name in form.fields)
    field = form.inputs[name]
    if isinstance(field, lxml.html.CheckboxGroup):
        field.value = set(values)
    else:
        field.value = values
    fields = "&".join(f"{key}={value}".replace(" ", "+") for key, value in form.form_values())
    return opened(app, f"{form.get('action')}?{fields}")


def text(page: lxml.html.HtmlElement) -> str:
    return " ".join(page.get_element_by_id("rt-main").text_content().split())


@pytest.mark.parametrize("address", WORDS)
def test_every_page_says_what_it_has_to_say(shared_server: Server, address: str) -> None:
    page = opened(shared_server, address)
    assert any(words in text(page) for words in WORDS[address].split("|"))
    assert not page.xpath("//script[@type='module']"), "Streamlit is for who is signed in"
    assert page.xpath("//link[@rel='canonical']") and page.xpath("//footer//details[contains(., 'Report a mistake')]")


def test_a_reader_finds_filters_pages_and_reads_by_links_and_forms_alone(shared_server: Server) -> None:
    app = shared_server
    page = send(app, opened(app, "/recommendations?lang=en"), "status", ["not-implemented"])
    assert "3 recommendations" in text(page) and "Not implemented" in text(page)
    page = send(app, page, "sort", "title")
    chips = page.xpath("//ul[contains(@class, 'rt-chips')]//a/@href")
    assert "status=not-implemented" in page.get("address") and chips[0] == "/recommendations?sort=title&lang=en"
    page = follow(app, page, "Distinguish trafficking")
    assert "1 of 3" not in page.get("address") and "of 3" in text(page)  # its place in the list that was filtered
    page = send(app, page, "q", "naloxone")
    assert "Search: naloxone" in text(page)
    # past date and language are kept by what follows
    page = send(app, opened(app, "/evidence?lang=ru"), "as_of", "2025-01-01")
    assert "as_of=2025-01-01" in page.get("address") and page.get("lang") == "ru"
    links = [urlsplit(link).query for link in page.xpath("//main//a[starts-with(@href, '/evidence')]/@href")]
    assert links and all("as_of=2025-01-01" in link and "lang=ru" in link for link in links)
    assert opened(app, page.xpath("//a[@hreflang='ky']/@href")[0]).get("lang") == "ky"
    # ticks are sent as a form too
    page = opened(app, "/recommendations?choosing=list&lang=en")
    assert page.xpath("//form[@id='rt-picks']") and page.xpath("//input[@name='pick'][@form='rt-picks']")
    assert "1 selected" in text(opened(app, "/recommendations?choosing=list&pick=ngo-2024-r1&lang=en"))
    # share, report, download
    assert page.xpath("//input[@readonly]/@value")[0].startswith("http")
    assert "What is wrong" in page.xpath("//textarea[@readonly]")[0].text_content()
    downloads = page.xpath("//p[contains(@class, 'rt-downloads')]//a/@href")
    assert [say(app, "GET", urljoin("/", link))[0] for link in downloads] == [200] * len(downloads)


def test_the_answers_are_kept_and_only_editing_needs_a_script(server: Callable[..., Server]) -> None:
    app = server()
    _, headers, _ = say(app, "GET", "/recommendations?lang=en")
    assert say(app, "GET", "/recommendations?lang=en", **{"If-None-Match": headers["etag"]})[0] == 304
    others = ("?lang=ru", "?lang=en&status=implemented", "?lang=en&choosing=list", "?lang=en&as_of=2025-01-01", "")
    assert headers["etag"] not in {say(app, "GET", f"/recommendations{other}")[1]["etag"] for other in others}
    assert say(app, "GET", "/recommendations?lang=en&unknown=x")[1]["etag"] == headers["etag"]
    for path, status in (("/nowhere", 404), ("/recommendation?id=no-such", 404), ("/about?as_of=1800-99-99", 400)):
        assert opened(app, path, status).xpath("//footer")
    for path in ("/edit", "/import", "/health"):
        assert "Only editors can add and edit." in text(opened(app, f"{path}?lang=en", 403))
    footer = opened(app, "/").xpath("string(//footer)")
    assert "You are reading. To edit, ask for a sign-in link." in footer and "make run" not in footer
    shell = say(app, "GET", "/edit?lang=en", Cookie="=".join(app.cookie()))
    assert "Editing needs JavaScript." in lxml.html.document_fromstring(shell[2]).xpath("string(//body/noscript)")
    assert (shell[1]["cache-control"], shell[1]["vary"].split(", ")[0]) == ("no-store", "Cookie")
    file = app.data / "recommendations" / "ngo-2024-r1.yaml"
    file.write_text(file.read_text("utf-8").replace("Repeal all punishment", "Abolish all punishment"), "utf-8")
    # the files are looked at once a second
    wait_until(lambda: "Abolish all punishment" in text(opened(app, "/recommendations?lang=en")))
