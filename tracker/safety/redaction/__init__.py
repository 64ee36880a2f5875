"""Find words to redact in data files and attached files, and compute the files without them. Start with `files`."""
