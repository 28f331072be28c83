"""Sun, ionosphere and energetic particles: arrays in, arrays out (pure)."""
