"""One form a file. Start with `assessment`."""
