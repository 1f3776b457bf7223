"""A real PostgreSQL and a real Redis, installed as packages, for `make run` and the tests.

They listen on unix sockets only, keep everything below one directory, and never outlive the process that started them.
"""

from feedapp.embedded.addresses import Addresses, attach
from feedapp.embedded.errors import AlreadyRunningError, EmbeddedServerError
from feedapp.embedded.launch.for_commands import servers_for_command
from feedapp.embedded.launch.secrets_file import secret_key
from feedapp.embedded.postgres import Postgres
from feedapp.embedded.redis import Redis
from feedapp.embedded.servers import Servers, attach_or_start

__all__ = [
    "Addresses",
    "AlreadyRunningError",
    "EmbeddedServerError",
    "Postgres",
    "Redis",
    "Servers",
    "attach",
    "attach_or_start",
    "secret_key",
    "servers_for_command",
]
