"""The rules: pure functions and frozen records, no input and no output."""
