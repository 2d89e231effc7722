"""One record for each operation: all that is known of it, read by whoever asks."""
