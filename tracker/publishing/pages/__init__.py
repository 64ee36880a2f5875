"""Pages as HTML: those of the dashboard, each a function, and card, brief, snapshot.

Start with `frame`; `reader_pages` lists the pages of the dashboard and has the short ones.
"""
