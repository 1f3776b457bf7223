"""Pictures of links: what another site shows where somebody shares an address of this one (OpenGraph)."""
