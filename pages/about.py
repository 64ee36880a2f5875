"""The page that explains the tracker: how to read a status, who assesses, what the labels mean, how to use the data."""

from pages.shared.layout import open_page
from tracker.publishing.pages.about import render_about

open_page("/about").show_page(render_about)
