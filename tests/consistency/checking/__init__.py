"""Checks a recorded history for stale reads."""
