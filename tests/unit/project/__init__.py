"""The repository itself: contracts, layout, documents, requirements."""
