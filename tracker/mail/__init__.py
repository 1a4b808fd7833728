"""Mail out: a kind and its variables to a message, a message to a transport."""
