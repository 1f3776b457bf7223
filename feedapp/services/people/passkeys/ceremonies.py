"""What is asked of a browser, and whether its answer fits: WebAuthn level 3, by py_webauthn.

Wherever a passkey is made or shown, its device has to know its person: by a finger, a face or a number of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from feedapp.services.access.challenges import SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from feedapp.reading.read_models import Person

T = TypeVar("T")
LONGEST_CREDENTIAL_ID = 1_023
WRONG = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)
"""What comes of answers that are none: the parsers of JSON, CBOR and keys each have their own."""


class Party(NamedTuple):
    """The site as browsers know it: the host that passkeys are for, the origin that they are shown to, and its name."""

    host: str
    origin: str
    name: str


class Made(NamedTuple):
    """A new passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Shown(NamedTuple):
    """A passkey's answer, not checked yet: which one says so, of whom, and to which challenge."""

    credential: Any
    credential_id: bytes
    user_handle: bytes | None
    challenge: bytes


class UnfitError(Exception):
    """The answer does not fit what was asked, or is none."""


def to_make(party: Party, person: Person, *, challenge: bytes, known: Iterable[bytes]) -> str:
    """Write in JSON what a browser needs to make a passkey, on a device that has none of `known`."""
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=party.name,
        user_id=handle(person.id),
        user_name=person.username,
        user_display_name=person.display_name,
        challenge=challenge,
        timeout=SECONDS * 1_000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options_to_json(options)


def to_show(party: Party, *, challenge: bytes) -> str:
    """Write in JSON what a browser needs to show a passkey, whoever's."""
    options = generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        timeout=SECONDS * 1_000,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def challenge_of_made(credential: str) -> bytes:
    """Read which challenge somebody answered with a new passkey. Raise UnfitError."""
    return _fitting(
        lambda: (
            parse_client_data_json(parse_registration_credential_json(credential).response.client_data_json).challenge
        )
    )


def made(credential: str, party: Party, *, challenge: bytes) -> Made:
    """Check a new passkey. Raise UnfitError."""
    verified = _fitting(
        lambda: verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    )
    if len(verified.credential_id) > LONGEST_CREDENTIAL_ID:
        raise UnfitError
    return Made(verified.credential_id, verified.credential_public_key, verified.sign_count)


def shown(credential: str) -> Shown:
    """Read a passkey's answer. Raise UnfitError."""

    def read() -> Shown:
        given = parse_authentication_credential_json(credential)
        challenge = parse_client_data_json(given.response.client_data_json).challenge
        return Shown(given, given.raw_id, given.response.user_handle, challenge)

    return _fitting(read)


def counted(given: Shown, party: Party, *, public_key: bytes, sign_count: int) -> int:
    """Check a passkey's answer; give what its device counts now. Raise UnfitError.

    One whose count does not go up was copied, or its answer sent again; those that never count stay at nought.
    """
    verified = _fitting(
        lambda: verify_authentication_response(
            credential=given.credential,
            expected_challenge=given.challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    )
    return verified.new_sign_count


def handle(user_id: int) -> bytes:
    """Give by what a device knows whose passkey it is: a number, which says nothing of who that is."""
    return str(user_id).encode()


def _fitting(act: Callable[[], T]) -> T:
    try:
        return act()
    except WRONG as error:
        raise UnfitError from error
