"""What we said against what happened (pure)."""
