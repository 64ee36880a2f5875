"""Submissions to committees, written as Word documents. Start reading in `stages`."""
