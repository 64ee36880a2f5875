"""Find and remove given words in data files and attached files. Start with `files`."""
