"""The aftercare room."""

from django.apps import AppConfig


class AftercareConfig(AppConfig):
    """Aftercare."""

    name = "vesicle.aftercare"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Begin aftercare when a visit is signed; show what waits on the patient's home page."""
        from vesicle.aftercare import home
        from vesicle.aftercare.services import open_aftercare
        from vesicle.people import patient_home
        from vesicle.treatment import hooks

        hooks.after_signing.append(open_aftercare)
        patient_home.cards.append(home.cards)
