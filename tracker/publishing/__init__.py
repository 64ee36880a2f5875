"""Output of the dashboard: HTML, cards, link previews, CSV, XLSX, JSON, Atom feed, calendar, snapshot and brief.

Start with `request` (what a renderer gets and returns) and `html` (templates). `card` is the shortest example of a
renderer.
"""
