"""How a service's process serves: its port, its files, its connections."""
