"""Wiring: the only place that owns a clock."""
