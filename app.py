"""One file, two roles: run as the Streamlit script it names the pages; imported by the server it is the ASGI app."""

from pathlib import Path

import streamlit as st

from pages import frame
from pages.frame import PAGES

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

    from tracker.places import places
    from tracker.preview_tags import head
    from tracker.web.ask import Answers
    from tracker.web.local import LocalPerson, is_loopback
    from tracker.web.nodelay import send_at_once
    from tracker.web.routes import routes
    from tracker.web.shell import Shell, asset_files
    from tracker.web.static import StaticFiles, response

    # Until some session has run app.py, Streamlit would run pages/x.py alone: without its guard.
    PagesManager.uses_pages_directory = False
    FILES = asset_files()
    STATIC = Path(st.__file__).parent / "static"

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
    answers = Answers(frame.viewing, places().public_url or here)

    def tell(request: Request) -> tuple[str, str]:
        """The title of a page, and what it tells a messenger."""
        path = request.scope["path"]
        return head(answers.ask(request), path, PAGES[path][1])

    on_this_machine = is_loopback(st.get_option("server.address")) and not places().public_url
    app = st.App(
        __file__,
        routes=[Route("/livez", livez), Route("/assets/{version}/{name}", assets), *routes(answers)],
        middleware=[
            Middleware(LocalPerson, enabled=on_this_machine),
            Middleware(StaticFiles, prefix="/static/", folder=STATIC / "static"),
            Middleware(Shell, index=STATIC / "index.html", pages=frozenset(PAGES), title=frame.title, head=tell),
        ],
        lifespan=lifespan,
    )
