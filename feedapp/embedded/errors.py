"""Errors of embedded servers, in one line that a person can act on."""


class EmbeddedServerError(RuntimeError):
    """The text names what failed and, if there is one, the log file to look into."""


class AlreadyRunningError(EmbeddedServerError):
    """Another live process runs the servers of this directory."""
