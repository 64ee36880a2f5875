"""The overview: where civil society's recommendations stand, what committees said, the next dates, the latest entries."""

from pages.shared.layout import open_page
from tracker.publishing.pages.overview import render_overview

open_page("/").show_page(render_overview)
