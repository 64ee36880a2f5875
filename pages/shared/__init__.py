"""What the pages share: layout, state in the URL, saving, drafts. Start with `layout`."""
