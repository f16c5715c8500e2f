"""What `make check` runs. It stands among the tests, since it examines the source and is no part of the product."""
