"""The overview: where civil society's recommendations stand, what committees said, the next dates, the latest entries."""

from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from pages.shared.layout import open_page
from pages.shared.navigation import PAGES
from tracker.publishing.pages.frame import render_no_page
from tracker.publishing.pages.overview import render_overview

page = open_page("/")
# at an address where there is no page, Streamlit runs the overview
path = urlsplit(st.context.url or "").path.rstrip("/")
is_known = path in {known.rstrip("/") for known in PAGES}
page.show_page(render_overview if is_known else partial(render_no_page, path=path))
