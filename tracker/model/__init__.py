"""The data model: vocabulary, records, partial dates, localized text, lifecycle, permissions and errors. Start with `records`."""
