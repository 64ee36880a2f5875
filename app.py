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

    from tracker.config import is_loopback, load_config
    from tracker.publishing.atom_feed import feed_link
    from tracker.publishing.link_preview import head_tags
    from tracker.storage.private_location import private_folder_problem
    from tracker.web.page_shell import ICON_FONT, PageShellMiddleware, asset_bytes, asset_files
    from tracker.web.responses import CachedResponder
    from tracker.web.routes import ROUTE_PATHS, public_routes
    from tracker.web.security_headers import SecurityHeadersMiddleware, inline_scripts, security_headers
    from tracker.web.sessions import OriginCheckMiddleware
    from tracker.web.sign_in_routes import SignInRoutes
    from tracker.web.static_files import StaticFilesMiddleware, file_response
    from tracker.web.tcp_nodelay import disable_nagle

    if sentence := private_folder_problem(load_config()):
        raise SystemExit(sentence)

    # Until some session has run app.py, Streamlit would run pages/x.py alone: without its guard.
    PagesManager.uses_pages_directory = False
    FILES = asset_files()
    STATIC = Path(st.__file__).parent / "static"
    # scripts/icons.py makes it: the icons that are used, of several thousand
    SMALLER = {"media/MaterialSymbols-Rounded.*.woff2": ICON_FONT}

    def livez(_: Request) -> Response:
        """Says that the server is there."""
        return PlainTextResponse("ok")

    def assets(request: Request) -> Response:
        """The dashboard's own style and script."""
        raw = FILES.get(request.url.path)
        return file_response(request.url.path, raw, request) if raw is not None else PlainTextResponse("not found", 404)

    @asynccontextmanager
    async def lifespan(_: st.App):
        """What the imports made will never be garbage: leave it out of every collection."""
        disable_nagle()
        gc.collect()
        gc.freeze()
        yield

    here = f"http://{st.get_option('server.address') or '127.0.0.1'}:{st.get_option('server.port')}"
    answers = CachedResponder(layout.view_for, load_config().public_url or here)

    def tell(request: Request) -> tuple[str, str]:
        """The title of a page, and what it tells a messenger."""
        path = request.scope["path"]
        ask = answers.view_request(request)
        title, tags = head_tags(ask, path, PAGES[path][1])
        return title, tags + str(feed_link(ask))

    # the scripts that stand in a page: the shell's, and the one that searches a snapshot
    inline = [*inline_scripts((STATIC / "index.html").read_text("utf-8")), asset_bytes("snapshot.js").decode()]
    safe = security_headers(inline, load_config().public_url)

    def failed(_request: Request, _error: Exception) -> Response:
        """The answer where something is broken: it passes by every middleware."""
        return PlainTextResponse("Something is broken here. It has been written down.", 500, safe)

    elsewhere = not (load_config().public_url or is_loopback(st.get_option("server.address")))
    app = st.App(
        __file__,
        routes=[
            Route("/livez", livez),
            Route("/assets/{version}/{name}", assets),
            *public_routes(answers),
            *SignInRoutes(answers, load_config(), layout.session_cookie_name()).routes(),
        ],
        middleware=[
            Middleware(SecurityHeadersMiddleware, headers=safe),
            Middleware(OriginCheckMiddleware, public_url=load_config().public_url, read_anywhere=elsewhere),
            Middleware(StaticFilesMiddleware, prefix="/static/", folder=STATIC / "static", instead=SMALLER),
            Middleware(
                PageShellMiddleware,
                index=STATIC / "index.html",
                pages=frozenset(PAGES),
                title=layout.page_title,
                head=tell,
                others=frozenset(ROUTE_PATHS),
            ),
        ],
        lifespan=lifespan,
        exception_handlers={Exception: failed},
    )
