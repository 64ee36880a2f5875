"""How many cases of the largest test matrices run: a part with `make test`, all with `make test-long`."""

import os

LONG = os.environ.get("TRACKER_TEST_LONG") == "1"
"""Whether the whole of every matrix runs: every language, scheme and width, 10,000 saves with 200 kills, 1,000 hostile files."""
