"""The interop room."""

from django.apps import AppConfig


class InteropConfig(AppConfig):
    """Programming interface."""

    name = "vesicle.interop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let programs with a key be recognized."""
        from vesicle.interop.queries import integrator_of
        from vesicle.people import identity

        identity.programs.append(integrator_of)
