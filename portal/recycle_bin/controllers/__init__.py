"""The pages of the recycle bin: deleting, what was deleted, and bringing it back."""
