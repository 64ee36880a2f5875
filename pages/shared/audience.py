"""The strip beside the button of a form: whether everybody or only the editors will be able to read what is saved."""

from pages.shared.layout import Page


def show_audience(page: Page, *, is_public: bool) -> None:
    """Show the strip. The attribute `data-audience` of its element is "public" or "private"."""
    page.show("layout/audience.html", public=is_public)
