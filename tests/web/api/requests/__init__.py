"""Requests and responses in general: bodies, headers, parameters, problems."""
