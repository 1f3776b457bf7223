"""URLs: links, redirects, schemes, fragments, validators."""
