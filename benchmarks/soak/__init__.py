"""A long time of random requests to the running chain while its definitions change."""
