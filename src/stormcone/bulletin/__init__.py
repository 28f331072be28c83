"""An advisory as bytes: one codec per amendment and version (pure)."""
