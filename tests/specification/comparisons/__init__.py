"""One fact, one comparison."""
