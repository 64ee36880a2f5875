"""Read files that editors bring in: documents, UHRI's exports, spreadsheets, and our own exports after edits in Excel.

A reader turns the bytes of a file into frozen values that an editor can review. Documents: start with
`documents.reader.parse_upload`, which reads one file in a process of its own, and with
`documents.imported_document`, which defines the values that it returns. Tables: start with `uploads`, then
`tables.sheet_reader` and `tables.row_comparison`. `entry` has what documents and tables share. Nothing here changes
the data of the tracker.
"""
