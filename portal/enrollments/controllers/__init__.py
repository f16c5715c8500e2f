"""The pages of enrollments: the list, one of them, asking for one, and the review."""
