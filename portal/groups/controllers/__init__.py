"""Pages of groups: the board of a year, new groups, one group with its pupils."""
