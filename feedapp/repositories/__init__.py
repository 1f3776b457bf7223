"""The only SQL. Repositories return None for what is not there; what that means is for services to say."""
