"""What the pages share: navigation, layout, state in the URL, saving, drafts of forms. Start with `layout`."""
