"""Golden cases: how they are written, what they answer, and what lies next to them."""
