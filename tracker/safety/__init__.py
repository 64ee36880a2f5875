"""Find what may identify a person, keep which findings a reviewer dismissed, and redact words. Start with `scanner`."""
