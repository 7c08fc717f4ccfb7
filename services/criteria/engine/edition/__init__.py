"""An edition of a policy, compiled, and the library that finds the one in force."""
