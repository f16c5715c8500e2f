"""Django admin over the same rows, set up as a careful team would: for `make bench` to compare with."""
