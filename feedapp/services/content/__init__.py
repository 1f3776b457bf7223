"""Posts, comments, likes and the feeds of them."""
