"""Forms for what only editors see: private evidence, notes, plans, and its publication. Start with `evidence`."""
