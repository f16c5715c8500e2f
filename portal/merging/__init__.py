"""Two records of one person made one, and that undone."""
