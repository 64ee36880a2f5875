"""Exports of the Universal Human Rights Index (UHRI), JSON or XLSX. Start with `export`."""
