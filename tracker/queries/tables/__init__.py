"""Tables for analysis, exports and notebooks. Start with `frames`, then `analysis`."""
