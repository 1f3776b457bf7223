"""Pictures of every page, to be looked at: `make screenshots OPTIONS='…'`.

`views` and `states` say what is photographed, `camera` takes it in each language, width and colour scheme, `sheets`
puts pictures of one page beside each other.
"""
