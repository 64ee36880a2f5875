"""The pages of the dashboard: address, file and name of each."""

import streamlit as st

from tracker.model.labels import N_

PAGES = {
    "/": ("overview", N_("Overview")),
    "/recommendations": ("recommendations", N_("Recommendations")),
    "/recommendation": ("recommendation", N_("Recommendation")),
    "/evidence": ("evidence", N_("Evidence")),
    "/treaty-bodies": ("treaty_bodies", N_("Treaty bodies")),
    "/activity": ("activity", N_("Activity")),
    "/about": ("about", N_("About")),
    "/health": ("data_health", N_("Health")),
    "/edit": ("edit", N_("Edit")),
}
"""Address → (file in `pages`, name of the page)"""


def run_navigation() -> None:
    """Run the page to which the address in the browser belongs."""
    pages = [
        st.Page(f"pages/{file}.py", title=name, url_path=path.strip("/"), default=path == "/")
        for path, (file, name) in PAGES.items()
    ]
    st.navigation(pages, position="hidden").run()
