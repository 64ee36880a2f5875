"""The steps of an import: read a file, review it, save what is ticked. Start with `review`."""
