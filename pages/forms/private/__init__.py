"""Forms for what readers are not shown: private evidence, notes, plans and files. Start with `entries`."""
