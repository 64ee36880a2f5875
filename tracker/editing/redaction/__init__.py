"""Remove words that endanger somebody from all versions that the dashboard holds. Start with `remove_words`."""
