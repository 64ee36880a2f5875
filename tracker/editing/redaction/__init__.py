"""Redaction: remove words or files that endanger somebody from all folders of the dashboard. Start with `remove_words`."""
