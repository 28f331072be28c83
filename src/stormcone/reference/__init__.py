"""Time, the Sun, grids, areas and scales: what every stage refers to (pure)."""
