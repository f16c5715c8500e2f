"""What was changed, by whom and when: written with each change, and never changed itself."""
