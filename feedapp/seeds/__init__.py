"""Makes a believable community: the same seed gives the same people, who write and like the same things.

`material/` holds the words, `writing` makes texts of them, `community` decides who does what and when, `rows` puts that
into the form of COPY, and `loading` streams it into PostgreSQL in one transaction.
"""
