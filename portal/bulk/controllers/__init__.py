"""Pages of what is done with many students at once."""
