"""What others may ask of the centre, and the console it serves."""
