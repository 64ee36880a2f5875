"""Queries: views of a dataset, and filters, search, activity and summaries of a view. Start with `view`."""
