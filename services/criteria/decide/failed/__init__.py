"""Cases whose evaluation failed: what stands in for it, and evaluating them again."""
