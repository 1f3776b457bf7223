"""`make run`: starts the servers, runs the migrations, starts the web processes, and supervises them all."""
