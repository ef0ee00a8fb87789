"""What is read and signed, and what else could be chosen."""

from pydantic import Field

from vesicle.protocols.schema.common import (
    OptionId,
    Section,
    Slug,
    Sourced,
    Text,
)


class ConsentRisk(Sourced):
    """A risk of the shared vocabulary as it applies here; ``text`` adds what is specific."""

    risk: Slug
    """An id of the shared risk vocabulary."""
    how_often: Text
    """How often it happens, in words."""
    text: Text | None = None
    """What is specific here."""


class Acknowledgement(Section):
    """Something the patient confirms with a tick of its own."""

    id: Slug
    """Unique within the consent."""
    text: Text
    """What is confirmed."""


class Consent(Section):
    """What the patient reads and signs for this treatment, beyond what every consent holds."""

    procedure: Text
    """What is done, in plain words."""
    legal_status: Text
    """What regulators say of it."""
    expected_benefit: Text
    """What may be hoped for."""
    evidence_limits: Text
    """What is not known."""
    common_effects: Text
    """What most people notice."""
    risks: tuple[ConsentRisk, ...] = Field(min_length=3)
    """Risks, the specific ones included."""
    acknowledgements: tuple[Acknowledgement, ...] = Field(min_length=1)
    """What is ticked one by one."""
    product_origin: Text | None = None
    """Where the product comes from."""
    valid_months: int = Field(ge=1, le=24)
    """How long a signature counts."""


class Alternative(Section):
    """Another option, and how it differs for the patient."""

    option: OptionId
    """Another option, treatment/modality."""
    because: Text
    """How it differs for the patient."""
