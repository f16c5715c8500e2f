"""What comes in from other systems' files and goes out to them."""
