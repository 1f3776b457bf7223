"""What goes wrong with an embedded server, said in one line that a person can act on."""


class EmbeddedServerError(RuntimeError):
    """Its text names what failed and, where there is one, the log file to look into."""


class AlreadyRunningError(EmbeddedServerError):
    """Another live process runs the servers of this directory."""
