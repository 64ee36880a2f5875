"""How much of the largest test matrices runs: `make test` takes a part of each, `make test-long` all of it."""

import os

LONG = os.environ.get("TRACKER_TEST_LONG") == "1"
"""Whether the whole of every matrix runs: every language, scheme and width, 10,000 saves with 200 kills, 1,000 hostile files."""
