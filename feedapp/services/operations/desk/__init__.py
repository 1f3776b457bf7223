"""The operator's desk: figures over all processes and hosts, the verifier that is always on, and what they mean."""
