"""What programs read: CSV, XLSX, JSON API, feed, calendar, the package of all data. Start with `csv_export`."""
