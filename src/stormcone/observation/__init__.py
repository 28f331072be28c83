"""What instruments said, and when we knew it."""
