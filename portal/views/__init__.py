"""How people keep lists: the views that they save, and the columns that they choose."""
