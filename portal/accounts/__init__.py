"""People who sign in, what they may do, and how the portal knows them."""
