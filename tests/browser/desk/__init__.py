"""The operator's desk in a browser, while the servers under it are well and while they are not."""
