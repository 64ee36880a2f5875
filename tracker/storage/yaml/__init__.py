"""YAML and records: read with line numbers, build records, patch a text, write JSON Schemas. Start with `reader`, then `patch`."""
