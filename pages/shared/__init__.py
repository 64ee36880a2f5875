"""Code that several pages use: navigation, layout, state in the URL, saving, drafts of forms. Start with `layout`."""
