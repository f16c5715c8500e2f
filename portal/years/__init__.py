"""School years and their academic periods."""
