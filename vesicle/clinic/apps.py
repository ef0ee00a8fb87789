"""The clinic room."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """Locations, resources, products, lots."""

    name = "vesicle.clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell private links on which domain each clinic answers, and public pages who works here no more."""
        from vesicle.clinic import addresses
        from vesicle.clinic.services.site import site_changed
        from vesicle.people import hooks, links

        links.addresses.append(addresses.own_address)
        hooks.after_staff_change.append(site_changed)
