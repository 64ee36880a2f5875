"""What may identify a person: scanning of texts and files, small counts, dismissals, redaction. Start with `scanner`."""
