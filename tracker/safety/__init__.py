"""What may identify a person: scanning, small counts, dismissals, redaction of a file. Start with `scanner`."""
