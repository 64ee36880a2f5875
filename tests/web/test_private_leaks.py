"""Nothing private reaches a reader: a canary in every private field and file name, and a sweep for it over all that they can ask."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from PIL import ImageDraw

from pages.shared.layout import PAGES
from tests.support.canary_folder import (
    ASKED,
    CANARY,
    CONTENT,
    DOCUMENT,
    EVIDENCE,
    KEPT,
    LAW,
    NAMED,
    ORIGINAL,
    PRIVATE,
    RECEIVED,
    SHA256,
    lay,
)
from tests.support.http_client import fetch
from tests.support.long import LONG
from tests.support.server_process import ROOT, Server
from tests.support.websocket_client import ask
from tracker.i18n import get_language
from tracker.model.permissions import Person, Role
from tracker.model.records import Evidence
from tracker.publishing.pictures.preview_image import render_preview
from tracker.publishing.render_context import ViewRequest
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.web.routes import ROUTES_BY_PATH

FILTERS: tuple[dict[str, str], ...] = (
    {}, {"lang": "ru"}, {"q": "seen"}, {"id": ASKED}, {"id": "ngo-2024-r9"}, {"as_of": "2026-02-01"},
    {"recorded": "2026-02-01T12:00:00.000000Z"}, {"evidence": "yes"}, {"evidence": "no"}, {"kind": "news"},
    {"dimension": "practice"}, {"direction": "setback"}, {"theme": "sentencing"}, {"what": "evidence"},
    {"what": "publish"}, {"what": "publish", "id": ASKED}, {"what": "unpublish", "id": ASKED},
    {"what": "evidence", "id": ASKED}, {"id": ASKED, "editing": "x"}, {"choosing": "add", "pick": ASKED},
    {"columns": "evidence"}, {"sort": "evidence"}, {"done": "x"}, {"show": "evidence"},
    {"what": "evidence", "id": LAW}, {"what": "document", "id": DOCUMENT}, {"q": "page"},
)  # fmt: skip
"""What is asked of every page and every route; each stands for a filter or a form."""
ENOUGH: tuple[dict[str, str], ...] = ({}, {"id": ASKED}, {"columns": "evidence"})
"""With these every page and route shows a leak of what the public files hold."""

OTHERS = (
    "/sign-in", "/sign-out", "/livez", "/readyz", "/no-such", "/no/such", "/media", "/media/", "/media/x.csv",
    "/media/%2e%2e/private", "/component/x/y", "/static/x", "/assets/x/y", "/evidence/x", "/private/evidence",
    "/data/x.yaml", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/upload_file/x",
    *(f"/{name}" for name in KEPT),
    *(f"/{name}" for name in PRIVATE if name.startswith(("evidence_files", "document_files"))),
    *(f"/files/{name}" for name in (SHA256, f"{SHA256}.webp", f"..%2f{SHA256}.{RECEIVED}.pdf")),
)  # fmt: skip
"""Addresses of neither a page nor an answer: Streamlit's own, and what is not there."""
NEARLY = NAMED.replace("y-", "-")
"""A name that is nearly a private one: what is not there leads to what is called like it."""


OPENS = {"/edit": "what", "/recommendation": "editing", "/recommendations": "choosing"}
"""The parameter with which a page opens its forms."""
HANDLES = {"reviewer-h1": "hiv-legal-network", "reviewer-e1": "ehra"}
TWO_ORGANISATIONS = tuple(Person(Role.REVIEWER, handle, organisation) for handle, organisation in HANDLES.items())
Filtering = Callable[[str], Sequence[dict[str, str]]]
"""What to ask of a page or route."""


def every(_path: str) -> Sequence[dict[str, str]]:
    return FILTERS


def in_turn(path: str) -> Sequence[dict[str, str]]:
    """The page's own forms, and a fifth of all filters: with five pages, each has been asked for."""
    place = [*PAGES, *ROUTES_BY_PATH].index(path)
    return (*ENOUGH, *FILTERS[place % 5 :: 5], *(one for one in FILTERS if OPENS.get(path) in one))


def asked(filters: Filtering) -> Iterator[tuple[str, str]]:
    """(page or route, address) of everything that a reader may ask."""
    for path in PAGES:
        yield from ((path, f"{path}?{urlencode(params)}") for params in filters(path))
    for path in ROUTES_BY_PATH:
        for name in (ASKED, "no-such", NEARLY) if "{id" in path else (ASKED,):
            way = path.replace("{id:path}", name).replace("{id}", name)
            yield from ((path, f"{way}?{urlencode(params)}") for params in filters(path))
    yield from ((path, path) for path in OTHERS)


def fetched(app: Server, address: str) -> bytes:
    _status, headers, body = fetch(app, address, **{"Accept-Encoding": "identity"})
    return repr(headers.items()).encode() + body


def holds(raw: bytes, address: str = "") -> bool:
    """Whether the canary is there, or the digest of a private file, which nobody asked for in the address."""
    said = raw.lower() + unpacked(raw).lower()
    return any(word.encode() in said for word in (CANARY, SHA256, RECEIVED) if word not in address)


def unpacked(raw: bytes) -> bytes:
    """What is in a workbook."""
    if (start := raw.find(b"PK\x03\x04")) < 0:
        return b""
    with zipfile.ZipFile(io.BytesIO(raw[start:])) as packed:
        return b"".join(name.encode() + packed.read(name) for name in packed.namelist())


def sweep(app: Server, filters: Filtering) -> set[str]:
    """The pages, routes and files in which a reader finds the canary."""
    found = {path for path, address in set(asked(filters)) if holds(fetched(app, address), address)}
    kept = [path for path in app.folder.rglob("*") if path.is_file() and app.folder / "private" not in path.parents]
    return found | {path.name for path in kept if holds(path.read_bytes()) or CANARY in path.name}


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """The dashboard with canaries in its private folder; somebody who may see them has looked at every page before."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    lay(tmp_path / "private", PRIVATE)
    own = {"HOME": tmp_path / "home", "TMPDIR": tmp_path / "temporary", "TRACKER_PRIVATE": tmp_path / "private"}
    for folder in own.values():
        folder.mkdir(exist_ok=True)
    app = Server(tmp_path, {name: str(folder) for name, folder in own.items()})

    def start() -> Server:
        app.start()
        cookie = "=".join(app.cookie(role=Role.REVIEWER))
        for path in (f"/recommendation?id={ASKED}&", "/evidence?", "/deadlines?", "/import?", "/health?"):
            assert CANARY in "".join(ask(f"{app.url}{path}lang=en", Cookie=cookie).html), path
        return app

    yield start
    app.stop()


def test_a_reader_finds_nothing_that_is_private(serving):
    assert sweep(serving(), every if LONG else in_turn) == set()


def forms_of_organisations(path: str) -> Sequence[dict[str, str]]:
    """The forms of what is private, with each organisation's own in the address."""
    if path in ROUTES_BY_PATH:
        return ({},)
    if path != "/edit":
        return ({}, {"id": ASKED}, {"q": "zqx"})
    ids, forms = [f"letter-{person.handle}" for person in TWO_ORGANISATIONS], ("evidence", "publish", "retire")
    return ({}, *({"what": what, "id": own} for own in ids for what in forms))


def sweep_as(app: Server, cookie: str, word: str) -> tuple[set[str], set[str]]:
    """Where somebody who is signed in finds a canary, and where they find that of anybody else."""
    found, others = set(), set()
    for path, address in set(asked(forms_of_organisations)):
        raw = answered(app, "GET", address, cookie)[1]
        raw += unpacked(raw) if path not in PAGES else ask(f"{app.url}{address}", Cookie=cookie).raw
        found |= {path} if word.encode() in raw else set()
        others |= {path} if re.search(rb"zqx[a-z-]+canary", raw.replace(word.encode(), b"")) else set()
    return found, others


def answered(app: Server, method: str, address: str, *cookie: str) -> tuple[int, bytes]:
    theirs = {"Cookie": "=".join(cookie)} if cookie else {}
    return fetch(app, address, method, Origin=app.url, **theirs)[::2]


def test_a_download_answers_only_to_the_sign_in_whose_page_showed_it(serving):
    app = serving()
    mine, others = app.cookie("editor-x2"), app.cookie(role=Role.REVIEWER)

    def addresses(cookie: tuple[str, str]) -> list[str]:
        shown = "".join(ask(f"{app.url}/recommendation?id={ASKED}&lang=en", Cookie="=".join(cookie)).html)
        return re.findall(r'href="(/files/private/[0-9a-f]{64})" download', shown)

    cleaned, original = addresses(mine)[:2]
    assert answered(app, "GET", cleaned, *mine) == (200, CONTENT.encode())
    assert answered(app, "GET", original, *mine) == (200, ORIGINAL.encode())
    theirs = addresses(others)
    assert (answered(app, "GET", theirs[0], *others)[0], {cleaned, original} & {*theirs}) == (200, set())

    def refused() -> set[int]:
        asking = [(method, one) for method in ("GET", "HEAD") for one in (cleaned, original)]
        return {answered(app, *one, *cookie)[0] for one in asking for cookie in ((), others, (mine[0], "x"))}

    assert refused() == {404}
    assert answered(app, "POST", "/sign-out", *mine)[0] == 200
    assert {answered(app, "GET", cleaned, *cookie)[0] for cookie in (mine, app.cookie("editor-x2"))} == {404}
    assert refused() == {404}


@pytest.mark.long
def test_the_sweep_finds_what_leaks(serving, tmp_path):
    lay(tmp_path / "data", {f"evidence/{NAMED}.yaml": EVIDENCE, **KEPT})  # as a leak into what is public would do
    found = sweep(serving(), in_turn)  # so what `make test` asks is enough to find each of them
    pages = {"/evidence", "/recommendation", "/activity"}
    routes = "/snapshot.html /export.csv /export.xlsx /feed.xml /brief.html /api/recommendations/{id}.json /r/{id}"
    files = {f"/files/{SHA256}.pdf", f"/files/{SHA256}.preview.webp", f"{NAMED}.yaml"}
    files |= {f"{SHA256}.{end}" for end in ("pdf", "pages.txt", "preview.webp", f"{RECEIVED}.pdf")}
    assert (pages | set(routes.split()) | files) - found == set(), "the sweep is blind there"


def test_no_picture_says_it(dataset, monkeypatch, tmp_path):
    drawn: list[str] = []
    draw = ImageDraw.ImageDraw.text

    def listening(image, place, text, *options, **named):
        drawn.append(str(text))
        return draw(image, place, text, *options, **named)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", listening)
    monkeypatch.setenv("TRACKER_PRIVATE", str(tmp_path))
    lay(tmp_path, PRIVATE)
    render_preview(ViewRequest(View(dataset, date(2026, 11, 24)), get_language("en"), Filters(), "", ASKED))
    assert ("".join(drawn) != "", CANARY in "".join(drawn)) == (True, False)


PRIVATE_MODULES = ("drafts", "folder", "notes", "notices", "proposals", "publication", "record_files", "whole_folder")


def test_only_the_pages_for_editors_and_the_command_line_know_the_private_folder():
    files = [*(ROOT / "tracker").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]
    importing = re.compile(r"^\s*(from|import) tracker\.editing(\.private\b| import .*\bprivate\b)", re.M)
    of_pages = "pages/forms/private/entries.py pages/forms/submission_draft.py pages/shared/import_drafts.py"
    of_pages += " pages/forms/records/proposals.py pages/forms/imports/save.py"
    own = ("cli", "redaction/remove_words", *map("private/{}".format, PRIVATE_MODULES))
    of_editing = {f"tracker/editing/{name}.py" for name in own}
    found = {str(path.relative_to(ROOT)) for path in files if importing.search(path.read_text("utf-8"))}
    assert found == {"app.py", "tracker/__main__.py", *of_pages.split(), *of_editing}
    # of the pages, one alone opens the whole folder, and hands on only what the person may see
    opening = [path for path in (ROOT / "pages").rglob("*.py") if "PrivateFolder" in path.read_text("utf-8")]
    assert [str(path.relative_to(ROOT)) for path in opening] == ["pages/forms/private/entries.py"]
    assert re.findall(r"^(?!from).*\b(?:THE_HOST|Host)\b.*", opening[0].read_text("utf-8"), re.M) == [
        "    return _folder(root, store().reader, THE_HOST).seen_by(person) if root else None"
    ]


def test_every_field_of_evidence_holds_a_canary_or_a_code():
    written = set(re.findall(r"^(\w+):", EVIDENCE, re.M))
    assert written == set(Evidence.__dataclass_fields__) - {"id", "version", "document", "private"}
