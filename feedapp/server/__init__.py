"""What stands in front of the application: connections, deadlines and bounds, and the processes that serve.

`python -m feedapp.server` (the supervisor) listens and keeps workers running; `python -m feedapp.server.worker` is one.
In a worker one thread waits for all connections (`leader`). A place in the application is taken only for a request that
has arrived whole, and never kept for a client: whoever sends or reads slowly costs a connection and nothing else.
"""
