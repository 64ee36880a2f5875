"""Rules between records, the `check` command, and its autofix. Start with `rules`."""
