"""One file, two roles: run as the Streamlit script it names the pages; imported by the server it is the ASGI app."""

from pathlib import Path

import streamlit as st

from pages.shared import layout
from pages.shared.layout import PAGES

if __name__ == "__main__":
    scripts = [
        st.Page(f"pages/{file}.py", title=name, url_path=path.strip("/"), default=path == "/")
        for path, (file, name) in PAGES.items()
    ]
    st.navigation(scripts, position="hidden").run()
else:
    import gc
    from contextlib import asynccontextmanager

    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route
    from streamlit.runtime.pages_manager import PagesManager

    from tracker.config import places
    from tracker.publishing.atom_feed import feed_link
    from tracker.publishing.link_preview import head
    from tracker.storage.private_location import refusal
    from tracker.web.local import is_loopback
    from tracker.web.page_shell import ICONS, Shell, asset_files, content
    from tracker.web.responses import Answers
    from tracker.web.routes import ANSWERS, routes
    from tracker.web.security_headers import SafeHeaders, headers, inline_scripts
    from tracker.web.sessions import Door
    from tracker.web.sign_in_routes import Desk
    from tracker.web.static_files import StaticFiles, response
    from tracker.web.tcp_nodelay import send_at_once

    if sentence := refusal(places()):
        raise SystemExit(sentence)

    # Until some session has run app.py, Streamlit would run pages/x.py alone: without its guard.
    PagesManager.uses_pages_directory = False
    FILES = asset_files()
    STATIC = Path(st.__file__).parent / "static"
    # scripts/icons.py makes it: the icons that are used, of several thousand
    SMALLER = {"media/MaterialSymbols-Rounded.*.woff2": ICONS}

    def livez(_: Request) -> Response:
        """Says that the server is there."""
        return PlainTextResponse("ok")

    def assets(request: Request) -> Response:
        """The dashboard's own style and script."""
        raw = FILES.get(request.url.path)
        return response(request.url.path, raw, request) if raw is not None else PlainTextResponse("not found", 404)

    @asynccontextmanager
    async def lifespan(_: st.App):
        """What the imports made will never be garbage: leave it out of every collection."""
        send_at_once()
        gc.collect()
        gc.freeze()
        yield

    here = f"http://{st.get_option('server.address') or '127.0.0.1'}:{st.get_option('server.port')}"
    answers = Answers(layout.viewing, places().public_url or here)

    def tell(request: Request) -> tuple[str, str]:
        """The title of a page, and what it tells a messenger."""
        path = request.scope["path"]
        ask = answers.ask(request)
        title, tags = head(ask, path, PAGES[path][1])
        return title, tags + str(feed_link(ask))

    # the scripts that stand in a page: the shell's, and the one that searches a snapshot
    inline = [*inline_scripts((STATIC / "index.html").read_text("utf-8")), content("snapshot.js").decode()]
    safe = headers(inline, places().public_url)

    def failed(_request: Request, _error: Exception) -> Response:
        """The answer where something is broken: it passes by every middleware."""
        return PlainTextResponse("Something is broken here. It has been written down.", 500, safe)

    elsewhere = not (places().public_url or is_loopback(st.get_option("server.address")))
    app = st.App(
        __file__,
        routes=[
            Route("/livez", livez),
            Route("/assets/{version}/{name}", assets),
            *routes(answers),
            *Desk(answers, places(), layout.cookie()).routes(),
        ],
        middleware=[
            Middleware(SafeHeaders, headers=safe),
            Middleware(Door, public_url=places().public_url, read_anywhere=elsewhere),
            Middleware(StaticFiles, prefix="/static/", folder=STATIC / "static", instead=SMALLER),
            Middleware(
                Shell,
                index=STATIC / "index.html",
                pages=frozenset(PAGES),
                title=layout.title,
                head=tell,
                others=frozenset(ANSWERS),
            ),
        ],
        lifespan=lifespan,
        exception_handlers={Exception: failed},
    )
