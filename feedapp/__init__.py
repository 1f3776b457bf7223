"""A community's social feed: pages, a JSON API and a command line over PostgreSQL, with an exact cache in Redis."""
