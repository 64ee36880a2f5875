"""Lists and their filters: how a filter is defined, its options, order. Start with `url_filters`, then `filters`."""
