"""Links of the public data: which there are, and which of them still lead somewhere.

Only the command `links` uses this package: the dashboard itself never asks another server. Start reading in `link_check.py`.
"""
