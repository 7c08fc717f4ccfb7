"""What a line asks for as far as a determination is about it, and what changed between two."""
