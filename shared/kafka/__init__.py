"""Topics, their provisioning, client settings, and the embedded broker."""
