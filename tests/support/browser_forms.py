"""Fill in Streamlit's widgets in a real browser."""

from contextlib import suppress

from playwright.sync_api import Error, Page, expect


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option from the selectbox with this label, again if Streamlit draws the page anew meanwhile."""
    for patience in (3_000, 3_000, 30_000):
        page.get_by_role("combobox", name=label, exact=True).click()
        with suppress(Error):
            page.get_by_role("option", name=option, exact=True).click(timeout=patience)
            return
    raise AssertionError(f"{label} offers no {option}")


def tick(page: Page, *options: str) -> None:
    """Choose these options of a set of radio buttons one after the other, when the page has taken the last one."""
    for option in options:
        button = page.get_by_role("radio", name=option, exact=True)
        for patience in (3_000, 3_000, 30_000):  # a page that is drawn anew in between forgets it
            is_settled(page)
            button.press("Space")
            with suppress(AssertionError):
                expect(button).to_be_checked(timeout=patience)
                break
        else:
            raise AssertionError(f"{option} cannot be chosen")
    is_settled(page)


QUIET = """() => {
  const now = performance.now()
  const runs = document.querySelector("#root") && !document.querySelector("[data-test-script-state=notRunning]")
  if (runs || window.quietSince === undefined) window.quietSince = now
  return now - window.quietSince > 500
}"""


def is_settled(page: Page) -> None:
    """Wait until an editor's page has said for half a second that nothing runs: between two runs it says so for a moment."""
    expect(page.locator("#rt-served")).to_have_count(0)
    page.evaluate("window.quietSince = undefined")
    page.wait_for_function(QUIET)
