"""Commands that ask the running services over HTTP."""
