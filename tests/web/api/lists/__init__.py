"""Tags and bookmarks by the API."""
