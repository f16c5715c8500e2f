"""Pages of students: the list, registering, the record and its editing."""
