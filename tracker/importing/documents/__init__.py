"""From blocks of text to recommendations: structure, wording, dates, references, review. Start with `reader`."""
