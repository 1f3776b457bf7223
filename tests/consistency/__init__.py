"""Checks from the outside that reads are never stale: load over HTTP, faults, and a check of the recorded history."""
