"""What was typed and not saved yet: kept by the server for its author, offered when they come back."""
