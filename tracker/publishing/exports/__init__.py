"""Files that other programs read: CSV, XLSX, JSON API, feed, calendar, package. Start reading in `csv_export`."""
