"""Pages as HTML: those of the dashboard, each a function in the module of its name, and card, brief, snapshot.

Start with `frame`; `reader_pages` lists the pages of the dashboard.
"""
