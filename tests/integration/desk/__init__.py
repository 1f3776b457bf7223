"""The operator's desk: the ring of figures, the verifier, the page."""
