"""The private side: evidence, notes, plans, files and drafts that only editors see. Start with `folder`.

Code for readers never imports this package.
"""
