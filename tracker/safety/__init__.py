"""Find and remove what may identify a person: scanner, small counts, dismissed findings, redaction. Start with `scanner`."""
