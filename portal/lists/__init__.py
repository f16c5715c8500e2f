"""The list engine: what a list declares is filtered, sorted, paged and counted; it knows no feature."""
