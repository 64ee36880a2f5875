"""Read YAML with line numbers, build records, change a YAML text, write JSON Schemas.

Start with `reader`, then `patch`.
"""
