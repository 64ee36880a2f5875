"""What changes the data: store, forms to records, undo, bulk edit, private evidence, redaction. Start with `store`."""
