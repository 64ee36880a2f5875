"""Attached files in a form: choose, describe, black out, save, publish. Start with `section`."""
