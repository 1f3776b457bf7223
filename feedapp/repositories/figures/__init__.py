"""The ring of figures, and what PostgreSQL says of itself to the operator's desk."""
