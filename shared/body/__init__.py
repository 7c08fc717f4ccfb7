"""The body as requests name it: levels of the spine, sides, items, and procedure codes."""
