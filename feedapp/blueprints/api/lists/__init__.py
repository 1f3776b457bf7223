"""Lists of posts beside the feeds: tags, bookmarks, what one person likes; and their comments."""
