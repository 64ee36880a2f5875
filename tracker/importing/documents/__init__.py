"""From a file to blocks of text, and from these to recommendations: structure, wording, dates, review. Start with `reader`."""
