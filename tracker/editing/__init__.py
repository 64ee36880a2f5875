"""Change the data: the store, forms, undo, bulk edit, private evidence, redaction. Start with `store`, then a `…_form`."""
