"""What protects people in forms: findings of the safety check, names, redaction. Start with `findings`."""
