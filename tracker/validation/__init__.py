"""The rules for records, the command `check`, and `check --fix`, which corrects files. Start with `rules`."""
