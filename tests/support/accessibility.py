"""Check a page for people who see little, use a keyboard or have a small phone."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page, ViewportSize

WIDE, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
NARROW = ViewportSize(width=320, height=640)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NOT_OURS = ("minor", "moderate")
"""Impacts of what Streamlit's own elements do to best practices, on the pages of editors."""
SMALLEST = 16
SMALL = """smallest => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const text = node.textContent.trim(), at = node.parentElement;
    if (!text || !at || at.closest('script,style,noscript,svg,[aria-hidden=true],[data-testid=stTooltipIcon],[data-testid=stIconMaterial],.rt-quiet')) continue;
    const box = at.getBoundingClientRect(), style = getComputedStyle(at);
    if (!box.width || !box.height || style.visibility === 'hidden' || style.clipPath !== 'none' || box.width < 3) continue;
    if (parseFloat(style.fontSize) < smallest - .01) found.push(style.fontSize + ' ' + text.slice(0, 40));
  }
  return [...new Set(found)].slice(0, 8);
}"""
WIDER = """() => {
  const page = document.documentElement, main = document.querySelector('[data-testid=stMain]') || page;
  if (Math.max(page.scrollWidth, main.scrollWidth) <= innerWidth) return [];
  return [...document.querySelectorAll('main *, [data-testid=stMain] *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 6).map(one => one.tagName + '.' + one.className + ' ' + (one.textContent || '').trim().slice(0, 40));
}"""
LEVELS = """() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(one => one.getClientRects().length).map(one => [+one.tagName[1], one.textContent.trim().slice(0, 40)])"""


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def faults(page: Page, is_editors: bool = False) -> list[str]:
    """Return "rule: what is wrong: HTML" for all that axe reports, at most three for one rule; of editors' pages what is serious."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {(node.get('any') or [{}])[0].get('message', '')[:120]}"
        for one in found["violations"]
        if not (is_editors and one["impact"] in NOT_OURS)
        for node in one["nodes"][:3]
    ]


def too_small(page: Page) -> list[str]:
    """Return up to eight texts of a page in letters smaller than SMALLEST pixels, each after its font size."""
    return list(page.evaluate(SMALL, SMALLEST))


def too_wide(page: Page) -> list[str]:
    """Return up to six elements that go beyond the right edge, or [] if the page does not scroll sideways."""
    return list(page.evaluate(WIDER))


def out_of_order(page: Page) -> list[str]:
    """Return the headings that skip a level. The first text says it if there is not exactly one main heading."""
    levels = page.evaluate(LEVELS)
    mains = [text for level, text in levels if level == 1]
    wrong = [] if len(mains) == 1 else [f"main headings: {mains}"]
    return wrong + [text for (was, _), (now, text) in pairwise(levels) if now > was + 1]
