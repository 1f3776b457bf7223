"""The load: clients that read and write over HTTP and record a history."""
