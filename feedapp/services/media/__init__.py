"""Pictures: sent, described, used, deleted; and what people look like."""
