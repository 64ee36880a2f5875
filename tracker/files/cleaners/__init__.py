"""One cleaner for each format: what is kept of a PDF, an image, a Word file, a workbook, a web page. Start with `docx`."""
