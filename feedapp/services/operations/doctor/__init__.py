"""What can be wrong with a set-up: one check a kind, each gives faults, a line and a remedy each."""

from feedapp.services.operations.doctor.faults import Check, Fault, Named, ask_all
from feedapp.services.operations.doctor.site import SiteChecks

__all__ = ["Check", "Fault", "Named", "SiteChecks", "ask_all"]
