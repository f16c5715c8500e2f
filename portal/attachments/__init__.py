"""Files that belong to records: photos, scanned documents, logos."""
