"""Models of input: the fields of JSON bodies and of forms, which are the same."""
