"""Child processes with limits, so that a file of unknown origin cannot harm the server. Start with `host`."""
