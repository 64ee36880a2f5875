"""Spreadsheets: from a file to rows that an editor reviews. Start with `sheet_reader`, then `row_review`."""
