"""The languages of the pages and mails: which there are, which one is spoken, catalogues, dates and numbers (ADR 66).

The API, commands and logs speak English.
"""
