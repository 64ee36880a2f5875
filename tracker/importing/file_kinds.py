"""Find out what a file is from its first bytes, so that an editor gets a sentence for what cannot be read."""

from tracker.model.errors import UnusableFile
from tracker.model.labels import N_

ZIP_START = b"PK\x03\x04"
UNREADABLE_STARTS = (
    (
        b"\xd0\xcf\x11\xe0",
        N_("This file is protected with a password, or in the old Excel format (.xls). Open it and save it as .xlsx."),
    ),
    (b"%PDF", N_("This is a PDF, not a spreadsheet. Save the table as .xlsx or .csv.")),
    (b"\xff\xd8\xff", N_("This is a picture, not a spreadsheet. Type or export the table as .xlsx or .csv.")),
    (b"\x89PNG", N_("This is a picture, not a spreadsheet. Type or export the table as .xlsx or .csv.")),
    (b"GIF8", N_("This is a picture, not a spreadsheet. Type or export the table as .xlsx or .csv.")),
    (b"{\\rtf", N_("This is a text document, not a spreadsheet. Save the table as .xlsx or .csv.")),
    (b"<!DOCTYPE", N_("This is a web page, not a spreadsheet. Save the table as .xlsx or .csv.")),
    (b"<html", N_("This is a web page, not a spreadsheet. Save the table as .xlsx or .csv.")),
    (b"<?xml", N_("This is an XML file, not a spreadsheet. Save the table as .xlsx or .csv.")),
    (b"Rar!", N_("This is an archive. Unpack it and choose the spreadsheet that is in it.")),
    (b"7z\xbc\xaf", N_("This is an archive. Unpack it and choose the spreadsheet that is in it.")),
    (b"\x1f\x8b", N_("This is an archive. Unpack it and choose the spreadsheet that is in it.")),
)
NOT_A_WORKBOOK = {
    "word/document.xml": N_("This is a Word document. Choose the import of documents, or save the table as .xlsx."),
    "ppt/presentation.xml": N_("This is a presentation, not a spreadsheet. Save the table as .xlsx or .csv."),
    "content.xml": N_("This is an OpenDocument file. Open it and save it as .xlsx."),
    "Index/Document.iwa": N_("This is an Apple Numbers file. Export it as .xlsx."),
    "xl/workbook.bin": N_("This is a binary Excel file (.xlsb). Open it and save it as .xlsx."),
}
"""Name of a file inside a zip file → the sentence for the editor."""
NOT_A_SPREADSHEET = N_("This is not a spreadsheet that can be read. Save the table as .xlsx or .csv.")


def is_zip(data: bytes) -> bool:
    """Return whether `data` begins like a zip file. A workbook (.xlsx) is one."""
    return data.startswith(ZIP_START)


def refuse_other_formats(data: bytes) -> None:
    """Raise UnusableFile if `data` begins like a file that is no table, such as a PDF or a photo."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, message in UNREADABLE_STARTS:
        if start[: len(magic)].lower() == magic.lower():
            raise UnusableFile(message)
