"""Long texts, mentions and times on the pages."""
