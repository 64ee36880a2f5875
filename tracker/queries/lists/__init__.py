"""Lists and their filters: rows that define a filter, options, order. Start with `url_filters`, then `filters`."""
