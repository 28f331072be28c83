"""Thresholds: whom it hurts, where, and how sure we are (pure)."""
