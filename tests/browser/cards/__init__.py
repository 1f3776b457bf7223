"""Cards: what a click on them does, and their menus."""
