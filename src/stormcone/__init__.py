"""Stormcone: a warning centre for space weather and orbital debris."""

__version__ = "0.1.0"
