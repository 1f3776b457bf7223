"""How people come in: signing up, by invitation, with approval, and the first admin."""
