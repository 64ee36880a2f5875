"""Forms that add or edit a record: recommendation, document, evidence, translation. Start with `record_forms`."""
