"""App servers that are hosts of their own: network namespaces with an address each, balancers before them."""
