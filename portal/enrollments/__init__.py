"""Enrollments: one state machine, one place."""
