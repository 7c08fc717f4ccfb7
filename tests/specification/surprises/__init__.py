"""Eight situations in which three-valued logic does what one would not expect."""
