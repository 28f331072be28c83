"""The advisory, its threads, and when to issue, update and end (pure)."""
