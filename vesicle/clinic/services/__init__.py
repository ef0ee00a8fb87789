"""Verbs of the clinic room."""

from vesicle.clinic.services.places import (
    add_device,
    add_location,
    add_provider_resource,
    add_room,
    close,
    open_clinic,
    reopen,
    set_hours,
)
from vesicle.clinic.services.products import add_product, change_product, decide_category
from vesicle.clinic.services.stock import put_back, recall_lot, receive_lot, take

__all__ = [
    "add_device",
    "add_location",
    "add_product",
    "add_provider_resource",
    "add_room",
    "change_product",
    "close",
    "decide_category",
    "open_clinic",
    "put_back",
    "recall_lot",
    "receive_lot",
    "reopen",
    "set_hours",
    "take",
]
