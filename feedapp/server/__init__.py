"""The HTTP server in front of the application: connections, deadlines, limits, and worker processes.

`python -m feedapp.server` (the supervisor) listens and keeps workers running; `python -m feedapp.server.worker` is one.
In a worker one thread waits for all connections (`leader`). A request takes a thread of the application only once it
has arrived completely, and the answer is sent without one: a slow client costs a connection and nothing else.
"""
