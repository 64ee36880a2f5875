"""From a file to blocks of text: Word, web page, pasted text. Start with `text_blocks`, then `docx_reader`."""
