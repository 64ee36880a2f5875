"""Forms: turn what was typed into records, one kind of form in each file. Start with `record_form`."""
