"""The strip beside the button of a form: whether everybody or only the editors will be able to read what is saved."""

from pages.shared.layout import Page


def show_audience(page: Page, *, is_public: bool, private_files: int = 0) -> None:
    """Show the strip. The attribute `data-audience` of its element is "public" or "private".

    `private_files` is the number of files that are saved privately although the rest is public.
    """
    page.show("layout/audience.html", public=is_public, private_files=private_files)
