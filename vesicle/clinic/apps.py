"""The clinic room."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """Locations, resources, products, lots."""

    name = "vesicle.clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell private links on which domain each clinic answers."""
        from vesicle.clinic import addresses
        from vesicle.people import links

        links.addresses.append(addresses.own_address)
