"""Lists of people, blocks and mutes on the pages."""
