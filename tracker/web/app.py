"""Assemble the ASGI app around Streamlit: routes, middleware, error page. Start reading here."""

import ctypes
import gc
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tracker.accounts.accounts_file import cookie_name, person_from_cookies, sign_in_mark
from tracker.config import Config, StoragePlace
from tracker.i18n import get_language
from tracker.model.attached_files import AttachedFile
from tracker.model.errors import NoDataset
from tracker.model.permissions import READER, Person
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.render_context import ViewRequest, compile_templates
from tracker.queries.current_view import current_view, reader_of, renew_shown_view, shown_view
from tracker.queries.lists.filters import Filters
from tracker.queries.search.file_search import file_text_index
from tracker.queries.view import View
from tracker.sandbox.process_sandbox import hide_memory, missing_protection
from tracker.storage.dataset_reader import CHECK_INTERVAL
from tracker.storage.file_cache import FileCache
from tracker.storage.folder.private_location import private_folder_problem, restrict_private_folder
from tracker.storage.open_storage import open_storage
from tracker.web.account_routes import SignInRoutes
from tracker.web.file_downloads import FileDownloadsMiddleware, PackageMiddleware, PrivateFilesMiddleware
from tracker.web.gates import request_checks as checks
from tracker.web.gates.connection_limits import limit_connections
from tracker.web.gates.error_log import log_without_contents
from tracker.web.gates.streamlit_gate import StreamlitGateMiddleware, StreamlitMessages
from tracker.web.page_shell import (
    ICON_FONT,
    PageShells,
    StaticFilesMiddleware,
    asset_bytes,
    asset_names,
    asset_url,
    file_response,
)
from tracker.web.responses import CachedResponder, FairThreads, Overloaded, overloaded_response, unavailable_response
from tracker.web.routes import ROUTES_BY_PATH

SMALLER_FILES = {"media/MaterialSymbols-Rounded.*.woff2": ICON_FONT}
"""Glob pattern of a Streamlit file → our smaller file, sent instead: scripts/build_icons.py keeps only the icons in use."""
RELEASE_EVERY_SECONDS = 5.0
"""How often memory is freed, in seconds. The garbage collection before it takes 30 ms with 5,000 recommendations.

It also frees the views of earlier data, of which each save leaves one.
"""


def create_app(
    config: Config,
    *,
    address: str | None,
    port: int,
    static: Path,
    messages: StreamlitMessages,
    find_private_file: Callable[[Person, str, str], tuple[AttachedFile, bytes] | None],
) -> dict[str, Any]:
    """Return the keyword arguments of `st.App`: routes, middleware, lifespan, exception handlers.

    `address` is None if the server listens on all addresses. `static` is the folder with Streamlit's index.html.
    `find_private_file` takes (person, value of the sign-in cookie, path), and returns (entry, bytes) of the file or
    None. Remove what an interrupted save left. Raise SystemExit if the private folder could become public.
    """
    if problem := private_folder_problem(config):
        raise SystemExit(problem)
    limit_connections()
    checks.ignore_forwarding_headers()
    restrict_private_folder(config.private)
    for place in (config.data, config.private, config.state):
        if place is not None:
            open_storage(place).remove_unfinished()
    origin = config.public_url or f"http://{address or '127.0.0.1'}:{port}"
    cache = config.cache_folder
    view_for, texts = partial(current_view, config.data), file_text_index(config.data, cache)
    responder = CachedResponder(view_for, origin, root=config.data, texts=texts)
    cookie = cookie_name(config.public_url, port)
    index = static / "index.html"
    assets = {asset_url(name): asset_bytes(name) for name in asset_names()}
    scripts = [*checks.inline_scripts(index.read_text("utf-8")), asset_bytes("snapshot.js").decode()]
    headers = checks.security_headers(scripts, config.public_url)

    def person_of(cookies: Mapping[str, str]) -> Person:
        return person_from_cookies(cookies, cookie, config)

    def private_file(cookies: Mapping[str, str], path: str) -> tuple[AttachedFile, bytes] | None:
        return find_private_file(person_of(cookies), cookies.get(cookie, ""), path)

    def is_signed_in(cookies: Mapping[str, str]) -> bool:
        return cookie in cookies and person_of(cookies) != READER

    sign_in_of = partial(sign_in_mark, name=cookie, config=config)
    view_now = partial(view_for, {})
    renew = partial(_renew_pages, config.data, origin)
    shells = PageShells(index, config.data, responder, is_signed_in=is_signed_in)
    answers = {path: partial(responder.__call__, route=route) for path, route in ROUTES_BY_PATH.items()}
    answers["/r/{id}"] = partial(shells.answer_permanent_link, ROUTES_BY_PATH["/r/{id}"])
    icon, icon_path = static / "favicon.png", checks.ICON_PATH
    routes = [
        *shells.routes(),  # first, because each route before the right one takes time
        Route("/livez", _livez),
        Route("/readyz", partial(_readyz, config.data, FairThreads(1), sign_in_of)),
        Route("/assets/{version}/{name}", partial(_asset, assets)),
        *(Route(path, answer) for path, answer in answers.items()),
        *SignInRoutes(responder, config, cookie).routes(),
        Route(icon_path, lambda request: file_response(icon_path, icon.read_bytes(), request)),
        Route("/{page}", shells.no_page),
    ]
    return {
        "routes": routes,
        "middleware": [
            Middleware(
                checks.SecurityHeadersMiddleware,
                headers=headers,
                cookie=cookie,
                is_over=lambda cookies: sign_in_of(cookies) == "",  # None: the accounts cannot be read now
            ),
            Middleware(checks.OriginCheckMiddleware, public_url=config.public_url),
            Middleware(
                StreamlitGateMiddleware,
                messages=messages,
                person_of=person_of,
                runs_per_second=config.runs_per_second,
                sign_in_of=sign_in_of,
                largest_upload=int(config.upload_megabytes * 1_000_000),
            ),
            Middleware(StaticFilesMiddleware, prefix="/static/", folder=static / "static", instead=SMALLER_FILES),
            Middleware(PrivateFilesMiddleware, find=private_file),
            Middleware(FileDownloadsMiddleware, root=config.data, view_now=view_now, cache=FileCache(cache)),
            Middleware(PackageMiddleware, place=config.data, origin=origin, view_now=view_now, cache=FileCache(cache)),
            Middleware(checks.StreamlitPathsMiddleware, routes=routes),
        ],
        "lifespan": partial(_lifespan, tasks=(partial(_warm_up, config.data, origin), _release_memory, renew)),
        "exception_handlers": {Exception: partial(_failed, headers)},
    }


async def _livez(_: Request) -> Response:
    # async, so that it is answered by the event loop while every thread is busy
    return PlainTextResponse("ok")


async def _readyz(
    root: StoragePlace, threads: FairThreads, sign_in_of: Callable[[Mapping[str, str]], str | None], request: Request
) -> Response:
    """Answer 200 if there is data for readers (data read before an outage is enough), otherwise 503.

    Open pages ask this again and again. If the ETag is a new one, somebody has saved something. If Sign-In differs from
    the mark in the page, what only the person signed in may see must go; "-" is a reader, none while nobody can say.
    """
    mark = sign_in_of(request.cookies)
    try:
        view = await threads.run(request, partial(current_view if mark else shown_view, root, {}))
    except NoDataset as error:
        return unavailable_response(request, error)
    except Overloaded:
        return overloaded_response(request)
    # an open page has its websocket: it needs no second connection between two questions
    headers = {"ETag": f'"{view.dataset.signature}"', "Cache-Control": "no-store", "Connection": "close"}
    if mark is not None:
        headers["Sign-In"] = mark or "-"
    return PlainTextResponse("ok", headers=headers)


def _asset(files: Mapping[str, bytes], request: Request) -> Response:
    raw = files.get(request.url.path)
    return file_response(request.url.path, raw, request) if raw is not None else PlainTextResponse("not found", 404)


def _failed(headers: dict[str, str], _request: Request, _error: Exception) -> Response:
    """Answer a request after an unexpected error. The answer bypasses every middleware, so it needs all `headers`."""
    return PlainTextResponse("Something went wrong. The error has been logged.", 500, headers)


def _warm_up(root: StoragePlace, origin: str) -> None:
    """Read the data, compile the templates of readers' pages, and render each page once: the first readers wait for less."""
    # without data, the first request says so
    with suppress(NoDataset):
        reader_of(root).read()
    compile_templates("layout/", "pages/")
    with suppress(NoDataset):
        for path in READER_PAGES:
            _render(current_view(root, {}), path, origin)


def _render(view: View, path: str, origin: str, search: str = "") -> None:
    language = get_language(view.settings.language, view.settings)
    READER_PAGES[path].render(ViewRequest(view, language, Filters(q=search), origin=origin))


def _renew_pages(root: StoragePlace, origin: str) -> None:
    """Let readers' pages show what was saved, again and again, and make what lists need before that."""

    def prepare(view: View) -> None:
        for search in ("", "a"):
            _render(view, "/recommendations", origin, search=search)

    while True:
        time.sleep(0.8 * CHECK_INTERVAL)
        with suppress(NoDataset):
            renew_shown_view(root, prepare)


def _release_memory() -> None:
    """Give unused memory back to the operating system, again and again: glibc keeps what other threads freed."""
    trim = getattr(libc := ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        libc.mallopt(-8, 1)  # M_ARENA_MAX: one heap for all threads, of which only one runs at a time
    while trim:
        time.sleep(RELEASE_EVERY_SECONDS)
        gc.collect()
        trim(0)


@asynccontextmanager
async def _lifespan(_: Any, *, tasks: Sequence[Callable[[], None]]) -> AsyncIterator[None]:
    log_without_contents()
    hide_memory()
    for gap in missing_protection():
        logging.getLogger(__name__).warning("A process that reads a file is less confined than it should be: %s", gap)
    # what the imports made is never garbage: leave it out of every collection
    gc.collect()
    gc.freeze()
    for work in tasks:
        threading.Thread(target=work, daemon=True).start()
    yield
