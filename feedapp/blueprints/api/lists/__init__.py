"""Lists of posts beside the feeds: tags, bookmarks."""
