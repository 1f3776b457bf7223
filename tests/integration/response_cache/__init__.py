"""The response cache: when a response is reused, and what that takes."""
