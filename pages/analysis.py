"""The page with charts of the data, each beside its table. The filters of the list of recommendations apply."""

from pages.shared.layout import open_page
from tracker.publishing.pages.analysis import render_analysis

open_page("/analysis").show_page(render_analysis)
