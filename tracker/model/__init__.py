"""The data model: records, vocabulary, partial dates, localized text, lifecycle, permissions and errors.

Start with `records`. `fields` has a table of all fields.
"""
