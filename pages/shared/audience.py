"""The strip beside the button of a form: whether everybody or which organisations will be able to read what is saved."""

from pages.shared.layout import Page
from tracker.model.organisations import Privacy


def show_audience(page: Page, *, is_public: bool, private_files: int = 0, private: Privacy | None = None) -> None:
    """Show the strip. The attribute `data-audience` of its element is "public" or "private".

    `private_files` is the number of files that are saved privately although the rest is public. `private` says whose the
    private entry or files will be.
    """
    page.show("layout/audience.html", public=is_public, private_files=private_files, private=private)
