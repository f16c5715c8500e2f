"""The recycle bin: what was deleted, what went along, and bringing it back."""
