"""What protects people in forms: words that may be names, redaction. The findings of the safety check are in `pages.shared.saving`."""
