"""A running process: settings, logs, deadlines, periodic jobs."""
