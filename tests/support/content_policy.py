"""Observe what the content security policy makes a browser refuse."""

from playwright.sync_api import Page

LISTENS = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (e) =>
  e.blockedURI === "wasm-eval" || window.refused.push(e.violatedDirective + " " + e.blockedURI));
"""
"""Streamlit's protobuf tries WebAssembly for whole numbers of 64 bits, and does without, quietly, where it may not."""


def listen_to_refusals(page: Page) -> list[str]:
    """Return a list that gets the browser's console messages about the policy from now on, for `refusals`."""
    said: list[str] = []
    page.add_init_script(LISTENS)
    page.on(
        "console",
        lambda message: said.append(message.text[:300]) if "Content Security Policy" in message.text else None,
    )
    return said


def refusals(page: Page) -> list[str]:
    """Return what was refused on the page that is open now: the directive and the address."""
    found: list[str] = page.evaluate("window.refused")
    return found
