"""The mirror: the whole dashboard as static files, for any web host or a memory stick. Start reading in `build`.

It is made from the public data alone, by the functions that make the pages of the dashboard.
"""
