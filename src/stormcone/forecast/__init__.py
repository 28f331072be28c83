"""Observations and physics become fields, now and ahead (pure)."""
