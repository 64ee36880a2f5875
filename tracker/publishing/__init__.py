"""Everything that leaves the dashboard: HTML, cards, link previews, CSV, XLSX, JSON, feed, calendar, snapshot, brief.

Start with `request` (what is asked for, what comes back) and `html` (templates); `card` is the shortest example of a renderer.
"""
