"""Cache invalidation: which write makes which keys stale, one file per domain, and nowhere else.

A rule's arguments are what the write knows. If a list changes, its stamp is deleted, which invalidates every page of
the list (`Listing.stale_keys`). Importing this package registers all rules.
"""

from feedapp.cache.catalogue.invalidation import (
    access,
    content,
    notifications,
    operations,
    people,
    relations,
    site,
    tags,
    threads,
)
from feedapp.cache.catalogue.rules import RULES

__all__ = [
    "RULES",
    "access",
    "content",
    "notifications",
    "operations",
    "people",
    "relations",
    "site",
    "tags",
    "threads",
]
