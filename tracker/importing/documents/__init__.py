"""Read a document into blocks of text, find the recommendations in them, and review these. Start with `reader`."""
