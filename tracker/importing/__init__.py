"""Read files that editors bring in: documents, UHRI's exports, spreadsheets, and our own exports after edits in Excel.

A reader turns bytes into frozen values that can be reviewed. Concluding observations: start with
`documents.reader.parse_upload`, which reads one file in a process of its own, and with `documents.imported_document`, which
says what comes back. Tables: start with `uploads`, then `tables.sheet_reader` and `tables.row_comparison`. What both share is
in `entry`. Nothing here writes data.
"""
