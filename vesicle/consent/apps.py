"""The consent room."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Consent and photo consent."""

    name = "vesicle.consent"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the signature to what a patient does before a visit."""
        from vesicle.consent.preparation import gate, steps
        from vesicle.scheduling import next_steps
        from vesicle.scheduling.gates import Gate, gates

        next_steps.sources.append(steps)
        gates.append(Gate("consent", "Consent", gate))
