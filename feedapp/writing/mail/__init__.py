"""Mail: what it says, the links in it, and how a service sends one."""
