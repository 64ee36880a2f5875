"""From what was typed in a form to records, one form in each file, and typed dates. Start with `record_form`."""
