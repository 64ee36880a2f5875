"""The page that lists the texts that wait for a translation."""

from pages.shared.layout import open_page
from tracker.publishing.pages.about import render_translations

open_page("/translations").show_page(render_translations)
