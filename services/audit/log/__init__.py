"""The log itself, without a store: trees, notes, checkpoints, and how a record becomes an entry."""
