"""The warning after something private was saved that may identify a person. It does not stop the save."""

from collections.abc import Iterable

from pages.shared.layout import Page
from tracker.config import load_config
from tracker.model.safety_config import TextField
from tracker.safety.dismissals import load_dismissals
from tracker.safety.scanner import scan_texts

MAX_PASSAGES = 10
"""The largest number of passages that the warning names."""


def identifying_warning(page: Page, texts: Iterable[TextField]) -> str:
    """Return a sentence that names the passages of `texts` that may identify a person, or "" if there are none."""
    findings = scan_texts(texts, page.view.dataset, load_dismissals(load_config()).covers)
    passages = list(dict.fromkeys(" ".join(finding.match.words.split()) for finding in findings))
    if not passages:
        return ""
    return page.context.language.gettext(
        "This text may identify a person: {passages}. It is saved privately. Consider a general description.",
        passages=", ".join(f"“{passage}”" for passage in passages[:MAX_PASSAGES]),
    )
