"""What measurements stand on: this machine, servers, topics, synthetic requests, progress."""
