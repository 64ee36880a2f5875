"""Read files that editors bring in: documents, UHRI's exports, spreadsheets, and our own exports after edits in Excel.

A reader turns bytes into frozen values that can be reviewed. Concluding observations: start with
`documents.uploads.parse_upload`, which reads one file in a process of its own, and with `imported_document`, which says what
comes back. Tables: start with `sheet_reader.py` and `uhri.py`, then `row_comparison.py`. Nothing here writes data.
"""
