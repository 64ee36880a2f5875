"""What leaves the tracker: cards, previews, CSV, XLSX, JSON, feed, calendar, snapshot, brief. Start with `card`."""
