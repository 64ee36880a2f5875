"""Child processes with limits: nothing that a stranger's file does reaches the server. Start with `host`."""
