"""Read files that editors bring in: UHRI's exports, spreadsheets, and our own exports after edits in Excel.

Reading is apart from comparing: a reader turns bytes into frozen values that can be pickled, so it can run in a process
of its own. Start with `sheet_reader.py` and `uhri.py`, then `row_comparison.py`. Nothing here writes data.
"""
