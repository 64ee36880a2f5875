"""The forms of the pages, one in each file. Start with `assessment`."""
