"""Passkeys (WebAuthn): what is said to browsers, and what is done by their answers."""
