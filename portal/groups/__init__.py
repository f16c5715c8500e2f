"""Groups: the classes that students sit in."""
