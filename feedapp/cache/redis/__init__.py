"""The Flask-Caching backend, and how it speaks to one Redis or to a cluster."""
