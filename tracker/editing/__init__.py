"""Change the data: the store, forms, undo, bulk edit, private evidence, redaction.

Start with `store`, then read one of the form modules, such as `forms/assessment`.
"""
