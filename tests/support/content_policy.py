"""What the content security policy makes a browser refuse."""

from playwright.sync_api import Page

LISTENS = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (e) =>
  e.blockedURI === "wasm-eval" || window.refused.push(e.violatedDirective + " " + e.blockedURI));
"""
"""Streamlit's protobuf tries WebAssembly for whole numbers of 64 bits, and does without, quietly, where it may not."""


def listen_to_refusals(page: Page) -> list[str]:
    """Return what the browser says in its console of the policy, from now on; `refusals` has what it refused."""
    said: list[str] = []
    page.add_init_script(LISTENS)
    page.on(
        "console",
        lambda message: said.append(message.text[:300]) if "Content Security Policy" in message.text else None,
    )
    return said


def refusals(page: Page) -> list[str]:
    """Return what the page that is open now was refused: the directive and the address."""
    found: list[str] = page.evaluate("window.refused")
    return found
