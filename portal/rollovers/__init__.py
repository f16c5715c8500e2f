"""Rolling a year over into the next: a proposal for each pupil, applied at once, undone while the year is planned."""
