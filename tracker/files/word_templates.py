"""Check and clean a Word template of an organisation, before and after it is filled: all of it leaves with the document.

`clean_template` runs in a process of its own. What the cleaner of Word files counts as fetched, attached or run is
refused here, so that nobody sends a document that lacks something.
"""

from dataclasses import asdict

from tracker.files import findings
from tracker.files.cleaners.docx import clean_docx
from tracker.files.findings import FoundItems
from tracker.files.kept_file import CleaningChoices
from tracker.files.process import answer_text
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.sandbox.host import JobAnswer
from tracker.sandbox.kinds import MACRO_PARTS, open_package, recognize_kind
from tracker.sandbox.limits import KEPT

NOT_WORD = N_("The template {name} is not a Word document (.docx).")
_HAS_AUTHORS = N_(
    "The template {name} has comments or tracked changes with the names of their authors. Accept the changes, delete the "
    "comments, and save it again."
)
_HAS_OBJECTS = N_("The template {name} has a program or an attached or embedded file: {place}. Take it out.")
REFUSALS = {
    findings.FETCHING_FIELDS: N_(
        "The template {name} has a field that may fetch something, run a program, or name a person or a file: {place}. "
        "Take it out."
    ),
    findings.EXTERNAL_LINKS: N_("The template {name} loads something from another place: {place}. Take it out."),
    findings.ACTIONS: N_(
        "The template {name} has a link that does not lead to a web page or a mail address: {place}. Take it out."
    ),
    findings.ATTACHED_FILES: _HAS_OBJECTS,
    findings.BLANK_PICTURES: N_(
        "The template {name} has a picture that cannot be cleaned: {place}. Put it in as a PNG or JPEG."
    ),
    findings.COMMENTS: _HAS_AUTHORS,
    findings.CHANGES: _HAS_AUTHORS,
}
"""What a cleaner finds → the sentence with which a template is refused."""


def clean_template(data: bytes, name: str, properties: str = "") -> bytes:
    """Return a template, filled or not, without metadata and with these `properties` (XML). Raises UnusableFile."""
    with open_package(data, KEPT) as archive:
        if program := next(filter(MACRO_PARTS.search, archive.namelist()), ""):
            raise UnusableFile(_HAS_OBJECTS, {"name": name, "place": program})
    if recognize_kind(data, KEPT) is not FileKind.DOCX:
        raise UnusableFile(NOT_WORD, {"name": name})
    found, choices = FoundItems(), CleaningChoices(remove_comments=True, accept_changes=True)
    cleaned = clean_docx(data, choices, KEPT, found=found, properties=properties)
    for message, sentence in REFUSALS.items():
        if (place := found.places.get(message)) is not None:
            raise UnusableFile(sentence, {"name": name, "place": place})
    return cleaned


def answer_template_text(data: bytes, name: str) -> JobAnswer:
    """Return {"text": all words of a template, "fault": why it is refused, or ""}, and no bytes. This runs in the process."""
    pages, fault = answer_text(data, FileKind.DOCX, asdict(KEPT))[0]["pages"], ""
    try:
        clean_template(data, name)
    except UnusableFile as error:
        fault = str(error)
    return {"text": "\n".join(text for _number, text in pages), "fault": fault}, b""
