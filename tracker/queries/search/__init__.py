"""Search in records and attached files: word forms, synonyms, spelling, excerpts. Start with `site_search`."""
