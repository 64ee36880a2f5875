"""The warning after something private was saved that may identify a person. It does not stop the save."""

from collections.abc import Iterable
from contextlib import suppress

from pages.shared.layout import Page
from tracker.config import load_config
from tracker.files.new_file import NewFile
from tracker.files.scan import scan_file_text
from tracker.model.errors import UnusableFile
from tracker.model.safety_config import TextField
from tracker.safety.dismissals import load_dismissals
from tracker.safety.scanner import scan_texts

MAX_WARNED_PASSAGES = 10
"""The largest number of passages that the warning names."""


def identifying_warning(
    page: Page, texts: Iterable[TextField], *, record: str = "", new_files: Iterable[NewFile] = ()
) -> str:
    """Return a sentence that names the passages that may identify a person, or "" if there are none.

    They are looked for in `texts`, and in the text of `new_files`, which belong to the record with the name `record`.
    """
    covers = load_dismissals(load_config()).covers
    findings = [*scan_texts(texts, page.view.dataset, covers)]
    for new in new_files:
        with suppress(UnusableFile):  # a warning that cannot be given does not stop the save
            about = {"record": record, "name": new.entry.name, "digest": new.entry.sha256}
            findings += scan_file_text(new.pages, page.view.dataset, covers, **about).findings
    passages = list(dict.fromkeys(" ".join(finding.match.words.split()) for finding in findings))
    if not passages:
        return ""
    return page.context.language.gettext(
        "This text may identify a person: {passages}. It is saved privately. Consider a general description.",
        passages=", ".join(f"“{passage}”" for passage in passages[:MAX_WARNED_PASSAGES]),
    )
