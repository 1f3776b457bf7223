"""What readers make of posts: bookmarks, tags."""
