"""What people would use instead: the usual Flask-Caching application, for the comparison and for nothing else.

Whole pages are pickled per viewer under `posts:feed:{user}:{cursor}:{limit}` by `@cached`, and every new post deletes
`posts:feed:*`, found by SCAN. A like or a comment deletes what its own author has cached. It has the same data, the
same serialisers and templates, and runs in the same process behind the same middleware.
"""
