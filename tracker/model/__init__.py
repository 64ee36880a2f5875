"""What is recorded: vocabulary, records, partial dates, localized text, lifecycle, permissions, errors. Start with `records`."""
