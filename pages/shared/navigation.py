"""The pages of the dashboard: address, file and name of each."""

from copy import copy
from functools import cache

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from tracker.model.labels import N_

PAGES = {
    "/": ("overview", N_("Overview")),
    "/recommendations": ("recommendations", N_("Recommendations")),
    "/recommendation": ("recommendation", N_("Recommendation")),
    "/evidence": ("evidence", N_("Evidence")),
    "/analysis": ("analysis", N_("Analysis")),
    "/treaty-bodies": ("treaty_bodies", N_("Treaty bodies")),
    "/deadlines": ("deadlines", N_("Deadlines")),
    "/activity": ("activity", N_("Activity")),
    "/about": ("about", N_("About")),
    "/search": ("search", N_("Search")),
    "/health": ("data_health", N_("To do")),
    "/edit": ("edit", N_("Edit")),
    "/import": ("import_document", N_("Import a document")),
    "/submission": ("submission", N_("Submissions")),
}
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
