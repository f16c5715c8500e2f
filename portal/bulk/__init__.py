"""One thing done with many students of the list: looked at first, then done to all of them in one transaction."""
