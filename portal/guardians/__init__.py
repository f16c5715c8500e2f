"""Guardians and their ties to students."""
