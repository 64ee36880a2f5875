"""Pages as HTML without a script: card, brief, snapshot. Start with `card`."""
