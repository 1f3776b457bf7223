"""Mail as it is written down: addresses, and the server that takes mails."""
