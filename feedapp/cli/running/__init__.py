"""Commands about the processes and servers of a site: set up, serve, reload, check, back up."""
