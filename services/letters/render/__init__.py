"""How a letter looks: PDF, HTML and plain text from one wording."""
