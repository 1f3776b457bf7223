"""/.well-known: where programs look for what every site has."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from feedapp.blueprints.pages.kit.rendering import see_other


def blueprint() -> Blueprint:
    """Make the blueprint."""
    well_known_pages = Blueprint("well_known", __name__)

    @well_known_pages.get("/.well-known/change-password")
    def change_password() -> Response:
        """Lead a password manager to the form (https://w3c.github.io/webappsec-change-password-url/)."""
        return see_other(url_for("pages.settings.show", _anchor="password"))

    return well_known_pages
