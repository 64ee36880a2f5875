"""Change the data: the store, forms, undo, bulk edit, the private folder, redaction, and the files of a new tracker.

Start with `store`, then read one of the form modules, such as `forms/assessment`.
"""
