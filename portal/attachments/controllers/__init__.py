"""Pages and answers of attachments."""
