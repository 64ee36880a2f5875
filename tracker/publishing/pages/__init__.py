"""Pages as HTML: those of the dashboard (start with `frame`, then `reader_pages`), and brief, snapshot."""
