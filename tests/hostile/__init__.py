"""What strangers and machines do to a whole site under load, and what other readers see of it meanwhile."""
