"""The sentences about what is found in a file, and a counter for them while the file is cleaned."""

from collections import Counter

from tracker.files.kept_file import FileFinding
from tracker.model.labels import N_

HAS_COMMENTS = N_("The document has comments: {count}. Read them before you publish.")
SHOWS_CHANGES = N_("The document shows tracked changes: {count}. Deleted text can be read in them.")
HIDDEN_TEXT = N_("The document has hidden text, layers, sheets, rows or columns: {count}.")
BLANK_PICTURES = N_("Pictures in a format that cannot be cleaned were replaced by an empty picture: {count}.")
FIRST_IMAGE_ONLY = N_("The file has several images. Only the first one is kept.")
NO_TEXT_FOUND = N_("The file has no text that a machine can read, so no text was checked. Look at every page yourself.")
"""Shown for a file without text, such as a scan, instead of the result of the text check."""
NO_TEXT_IN_PICTURE = N_(
    "A machine cannot read the text of a picture, so none was checked. Look at the whole picture yourself."
)
WRONG_ENDING = N_("The name ends in .{ending}, but the content is .{extension}. It is kept as .{extension}.")
_WARNINGS = (HAS_COMMENTS, SHOWS_CHANGES, HIDDEN_TEXT, BLANK_PICTURES, FIRST_IMAGE_ONLY)

DOCUMENT_PROPERTIES = N_("Document properties, such as author, company and dates")
XMP = N_("XMP metadata: {count}")
THUMBNAIL = N_("Thumbnail")
COMMENTS = N_("Comments: {count}")
COMMENT_AUTHORS = N_("Names and dates of comments: {count}")
CHANGES = N_("Tracked changes: {count}")
CHANGE_AUTHORS = N_("Names and dates of tracked changes: {count}")
SCRIPTS = N_("Scripts: {count}")
ACTIONS = N_("Actions and links to files or programs: {count}")
ATTACHED_FILES = N_("Attached or embedded files: {count}")
MULTIMEDIA = N_("Sound, video and other multimedia: {count}")
SIGNATURES = N_("Digital signatures: {count}")
HIDDEN_DATA = N_("Hidden data of programs: {count}")
EARLIER_VERSIONS = N_("Earlier versions of the document: {count}")
IMAGE_METADATA = N_("Images with metadata: {count}")
EXTERNAL_LINKS = N_("Content from other files or servers: {count}")
FETCHING_FIELDS = N_("Fields and formulas that fetch data: {count}")
EMBEDDED_FONTS = N_("Embedded fonts: {count}")

GPS = N_("GPS position")
DESCRIPTION = N_("Description or comment")
COLOUR_PROFILE = N_("Colour profile")
OTHER_METADATA = N_("Other metadata")


class FoundItems:
    """Counts what a cleaner finds in a file. Findings with the same message are counted together.

    `places` is message → where the first item is, such as a part of an office file and the code of a field in it.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self.places: dict[str, str] = {}

    def add(self, message: str, count: int = 1, *, place: str = "") -> None:
        """Count `count` more items with this message. Do nothing if `count` is 0 or the message is ""."""
        if count and message:
            self._counts[message] += count
            self.places.setdefault(message, place)

    def add_comments(self, count: int, *, are_removed: bool) -> None:
        """Count comments. Those that are not removed stay without their authors, and get a warning."""
        for message in (COMMENTS,) if are_removed else (COMMENT_AUTHORS, HAS_COMMENTS):
            self.add(message, count)

    def add_changes(self, count: int, *, are_accepted: bool) -> None:
        """Count tracked changes. Those that are not accepted stay without their authors, and get a warning."""
        for message in (CHANGES,) if are_accepted else (CHANGE_AUTHORS, SHOWS_CHANGES):
            self.add(message, count)

    def findings(self) -> tuple[FileFinding, ...]:
        """Return the findings: first what was removed, then the warnings, both in the order of `add`."""
        found = [
            FileFinding(message, (("count", str(count)),) if "{count}" in message else (), message in _WARNINGS)
            for message, count in self._counts.items()
        ]
        return tuple(sorted(found, key=lambda finding: finding.is_warning))
