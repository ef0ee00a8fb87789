"""The smallest valid records, for tests alone. For a situation (treated, consented, on hold) call the services."""

from datetime import UTC, date, datetime
from typing import Any

import factory

from vesicle.core.scope import current_clinic_id
from vesicle.people.models import Patient


class PatientFactory(factory.django.DjangoModelFactory):
    """A patient of the clinic in scope."""

    class Meta:
        model = Patient

    class Params:
        without_mail = factory.Trait(email="", phone="+1 503 555 0170")
        wants_no_messages = factory.Trait(email_allowed=False, sms_allowed=False)
        in_phoenix = factory.Trait(time_zone="America/Phoenix")

    clinic_id = factory.LazyFunction(current_clinic_id)
    first_name = factory.Sequence(lambda number: f"Test{number}")
    last_name = "Person"
    date_of_birth = date(1985, 5, 5)
    email = factory.Sequence(lambda number: f"test{number}@example.org")
    time_zone = "America/Los_Angeles"
    created_at = datetime(2026, 1, 1, tzinfo=UTC)

    @classmethod
    def _create(cls, model_class: type[Patient], *args: Any, **values: Any) -> Patient:
        patient: Patient = super()._create(model_class, *args, **values)
        patient.full_clean(exclude=["clinic"])
        return patient
