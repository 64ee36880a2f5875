"""A storage that is a PostgreSQL database: connection, memory, change notices, set-up. Start with `storage`."""
