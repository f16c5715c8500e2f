"""The pages on which two records become one, and two again."""
