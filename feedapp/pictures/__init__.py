"""Pictures: decoded in a process of their own, made anew in several sizes, and kept in a directory or in S3."""
