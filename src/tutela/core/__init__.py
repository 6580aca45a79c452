"""Words and rules: pure Python without Django, network or files other than its own data."""
