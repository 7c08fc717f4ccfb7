"""How facts are read: the vocabulary and the score tables."""
