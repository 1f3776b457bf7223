"""Which write makes which keys stale, a file for each domain. Every write names its keys here, and nowhere else.

A rule's arguments are what the write knows. Where a list changes, its stamp is deleted, and with it every page of the
list (`Listing.stale_keys`). Importing this package registers all rules.
"""

from feedapp.cache.catalogue.invalidation import access, content, operations, people, site
from feedapp.cache.catalogue.rules import RULES

__all__ = ["RULES", "access", "content", "operations", "people", "site"]
