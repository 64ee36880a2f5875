"""Read documents that editors bring in: files and pasted text become values that can be reviewed.

Start with `parser_process.parse_upload`, which reads one file in a process of its own, and with `imported_document`, which
says what comes back. `document_reader` has the steps in between. Nothing here writes data.
"""
