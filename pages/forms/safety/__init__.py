"""What protects people in forms: redaction. The safety check and words that may be names are in `pages.shared.saving`."""
