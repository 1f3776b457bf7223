"""The pages of tags and bookmarks."""
