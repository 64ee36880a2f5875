"""What a person is told if a file cannot be used, or if the process that reads it did not answer."""

from dataclasses import dataclass, replace

from tracker.model.labels import N_

DAMAGED = N_("The file is damaged or cut off. Open it on your device to check it, and save or download it again.")
PROTECTED = N_("The file is protected with a password, so it cannot be cleaned. Save a copy without the password.")
TOO_LARGE_UNPACKED = N_("The file is far larger inside than such a file can be. It was not opened.")
CUT_OFF = N_(
    "The file is damaged or cut off. Download or copy it again, open it in your word processor to check it, and try again."
)
NOT_A_SPREADSHEET = N_("This is not a spreadsheet that can be read. Save the table as .xlsx or .csv.")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences for one purpose. The first four are about the process, the other three about an archive."""

    busy: str
    too_slow: str
    stopped: str
    cancelled: str
    damaged: str
    protected: str
    too_large: str


KEEPING = Sentences(
    busy=N_("Other files are being cleaned now. Try again in a minute."),
    too_slow=N_("Cleaning this file took too long, so it was stopped. Make the file smaller, or save it as PDF."),
    stopped=N_("This file could not be cleaned: it needs too much memory, or it is damaged. Save it anew, or as PDF."),
    cancelled=N_("This was cancelled. Nothing of the file is kept."),
    damaged=DAMAGED,
    protected=PROTECTED,
    too_large=TOO_LARGE_UNPACKED,
)
READING = Sentences(
    busy=N_("Other files are being read now. Try again in a minute."),
    too_slow=N_("Reading this file took too long, so it was stopped. Paste the text of the document instead."),
    stopped=N_(
        "This file could not be read: it needs too much memory, or it is damaged. Paste the text of the document instead."
    ),
    cancelled=N_("Reading was cancelled. Nothing of the file is kept."),
    damaged=CUT_OFF,
    protected=N_("The file is protected with a password. Save a copy without the password, and upload that."),
    too_large=N_(
        "The file is far larger inside than a document can be. It was not opened. Save the text as a new .docx file, or paste it."
    ),
)
"""For documents that are imported."""
READING_TABLE = replace(
    READING,
    damaged=NOT_A_SPREADSHEET,
    protected=N_("This file is protected with a password. Remove the password and save it again."),
    too_large=N_("The file is much larger after unpacking. Copy the table into a new workbook and save it."),
)
