"""Child processes with limits, so that no file from a stranger can harm the server. Start with `host`."""
