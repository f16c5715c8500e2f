"""Athena Portal: the student records of Colombian schools."""

__version__ = "0.1.0"
