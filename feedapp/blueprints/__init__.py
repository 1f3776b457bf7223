"""Where requests arrive: each view parses, makes one call of a service, and answers. No SQL and no Redis here."""
