"""Who works at the desk: with a stack of one's own a synthetic clinician of its registry."""

from __future__ import annotations

from enum import StrEnum

from cli.services.credentials import speak_as
from shared.access.principal import Role


class DeskSpeaker(StrEnum):
    """The clinicians of the embedded stack, and what each is."""

    PHYSICIAN = "physician"
    DIRECTOR = "director"
    NURSE = "nurse"

    @property
    def role(self) -> Role:
        """What a token of theirs says that they are."""
        return Role.MEDICAL_DIRECTOR if self is DeskSpeaker.DIRECTOR else Role(self.value)

    def speak(self) -> Role:
        """Tokens of the local issuer are theirs from now on; a token that was set stays as it
        is.
        """
        speak_as(f"local-{self.value}")
        return self.role
