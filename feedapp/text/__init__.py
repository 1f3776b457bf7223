"""What people write: what of it is visible, where the links in it are, how much a list shows, and all of it as HTML."""
