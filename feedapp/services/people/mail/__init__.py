"""Mail: members' addresses, passwords that are set by it, and what they are told by it."""
