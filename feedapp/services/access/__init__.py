"""Who may come in: tokens, passwords, rate limits."""
