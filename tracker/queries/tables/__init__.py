"""Tables for analysis, exports and notebooks. Start with `values`; `frames` makes data frames of its values."""
