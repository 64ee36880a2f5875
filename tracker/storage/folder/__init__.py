"""A storage of records in a folder: lock it, read its files safely, replace several files together.

Start with `storage`.
"""
