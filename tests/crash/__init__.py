"""What survives a crash: a deterministic simulator of the whole platform, and bugs put in on purpose that it must find."""
