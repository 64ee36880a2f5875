"""Read the strings of a PDF."""


def read_pdf_strings(content: bytes) -> tuple[str, ...]:
    """Return the text of the pages of a PDF."""
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        return tuple(page.get_textpage().get_text_range() for page in document)
