"""The forms of the pages, one a file. Start with `assessment`."""
