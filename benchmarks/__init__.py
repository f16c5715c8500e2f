"""`make bench`: the portal, Django admin and the bare limit over the same rows on the same two cores."""
