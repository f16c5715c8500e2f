"""Undo: taking back what one press of a button changed, for 15 minutes, where nothing else has been done since."""
