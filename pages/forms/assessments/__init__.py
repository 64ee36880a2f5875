"""Forms about an assessment: record, confirm, withdraw, review. Start with `assessment`."""
