"""What the API sends: the shapes of DESIGN's JSON API, made from what services give out. Ids are sent as texts."""
