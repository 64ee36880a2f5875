"""Find and remove what may identify a person: scanner, dismissed findings, redaction. Start with `scanner`."""
