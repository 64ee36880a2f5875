"""Change the data: forms, undo, bulk edit, private evidence, redaction. Start with `store`, then `forms/assessment`."""
