"""What the API sends: models of its JSON, made from what services return. Ids are sent as strings."""
