"""`make run`: starts the servers, the tables and the web processes, watches them, and ends with them."""
