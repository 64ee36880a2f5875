"""The private side: evidence, notes, plans, files and drafts that only editors see. Code for readers never imports it. Start with `folder`."""
