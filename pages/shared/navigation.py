"""The pages of the dashboard: address, file and name of each."""

from copy import copy
from functools import cache

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from tracker.publishing.pages.frame import EDITORS_PAGES, PAGE_NAMES

FILES = {
    "/": "overview",
    "/recommendations": "recommendations",
    "/recommendation": "recommendation",
    "/evidence": "evidence",
    "/analysis": "analysis",
    "/treaty-bodies": "treaty_bodies",
    "/deadlines": "deadlines",
    "/activity": "activity",
    "/about": "about",
    "/developers": "developers",
    "/translations": "translations",
    "/search": "search",
    "/health": "data_health",
    "/edit": "edit",
    "/import": "import_document",
    "/submission": "submission",
}
PAGES = {path: (file, (PAGE_NAMES | EDITORS_PAGES)[path]) for path, file in FILES.items()}
"""Address → (file in `pages`, name of the page)"""


def run_navigation() -> None:
    """Run the page to which the address in the browser belongs."""
    # copies, because Streamlit marks a page object while its page runs
    st.navigation([copy(page) for page in _pages()], position="hidden").run()


# made once, because Streamlit looks for the file of each page on the disk, which takes a tenth of a page run
@cache
def _pages() -> list[StreamlitPage]:
    return [
        st.Page(f"pages/{file}.py", title=name, url_path=path.strip("/"), default=path == "/")
        for path, (file, name) in PAGES.items()
    ]
