"""Pages of school years: the list, a new one, its days, its periods, and its life."""
