"""What is read and signed, and what else could be chosen."""

from pydantic import Field

from vesicle.protocols.schema.common import (
    OptionId,
    PatientText,
    Section,
    Slug,
    Sourced,
)


class ConsentRisk(Sourced):
    """A risk of the shared vocabulary as it applies here; ``text`` adds what is specific."""

    risk: Slug
    """An id of the shared risk vocabulary."""
    how_often: PatientText
    """How often it happens, in words."""
    text: PatientText | None = None
    """What is specific here."""


class Acknowledgement(Section):
    """Something the patient confirms with a tick of its own."""

    id: Slug
    """Unique within the consent."""
    text: PatientText
    """What is confirmed."""


class Consent(Section):
    """What the patient reads and signs for this treatment, beyond what every consent holds."""

    procedure: PatientText
    """What is done, in plain words."""
    legal_status: PatientText
    """What regulators say of it."""
    expected_benefit: PatientText
    """What may be hoped for."""
    evidence_limits: PatientText
    """What is not known."""
    common_effects: PatientText
    """What most people notice."""
    risks: tuple[ConsentRisk, ...] = Field(min_length=3)
    """Risks, the specific ones included."""
    acknowledgements: tuple[Acknowledgement, ...] = Field(min_length=1)
    """What is ticked one by one."""
    product_origin: PatientText | None = None
    """Where the product comes from."""
    valid_months: int = Field(ge=1, le=24)
    """How long a signature counts."""


class Alternative(Section):
    """Another option, and how it differs for the patient."""

    option: OptionId
    """Another option, treatment/modality."""
    because: PatientText
    """How it differs for the patient."""
