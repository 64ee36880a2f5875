"""Search in records and attached files: word forms, synonyms, corrections, excerpts. Start with `site_search`."""
