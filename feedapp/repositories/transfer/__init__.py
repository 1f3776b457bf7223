"""SQL for many rows at once: import, export, seeds."""
