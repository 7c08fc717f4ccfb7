"""In-memory twins of broker, consumer, publisher and worker pool, for tests and for replay."""
