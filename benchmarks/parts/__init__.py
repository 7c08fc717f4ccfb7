"""One part of the platform on its own: what it costs, alone."""
