"""Pages of views and columns."""
