"""A storage of records in a PostgreSQL database: connection, files in memory, tables. Start with `storage`."""
