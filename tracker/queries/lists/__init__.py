"""Lists and their filters: how a filter is defined, its options, the order. Start with `url_filters`, then `filters`."""
