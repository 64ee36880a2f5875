"""What can be asked of a dataset: views, filters, search, activity, summaries. Start with `view`."""
