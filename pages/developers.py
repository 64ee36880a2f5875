"""The page for those who use the data in other programs."""

from pages.shared.layout import open_page
from tracker.publishing.pages.about import render_developers

open_page("/developers").show_page(render_developers)
