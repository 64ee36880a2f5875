"""Attached files in a form: choose, describe, black out, save. Start with `section`."""
