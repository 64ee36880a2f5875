"""The data model: vocabulary, records, partial dates, localized text, lifecycle, permissions and errors. Start with `records`; `fields` says what each field is."""
