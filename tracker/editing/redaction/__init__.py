"""Remove words or files that endanger a person from all folders of the dashboard. Start with `remove_words`."""
