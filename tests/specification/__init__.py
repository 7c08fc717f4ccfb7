"""What the policy language means: one module an operator, whose examples are tests and a page."""
