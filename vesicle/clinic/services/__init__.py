"""Verbs of the clinic room."""

from vesicle.clinic.services.closures import close, close_times, reopen
from vesicle.clinic.services.embeds import allow_origin, end_origin
from vesicle.clinic.services.hours import set_hours, withdraw_hours
from vesicle.clinic.services.places import add_location, change_location, open_clinic, set_travel
from vesicle.clinic.services.products import add_product, change_product, decide_category
from vesicle.clinic.services.resources import (
    add_device,
    add_provider_resource,
    add_room,
    change_resource,
    restore_resource,
    retire_resource,
)
from vesicle.clinic.services.stock import put_back, recall_lot, receive_lot, take

__all__ = [
    "add_device",
    "add_location",
    "add_product",
    "add_provider_resource",
    "add_room",
    "allow_origin",
    "change_location",
    "change_product",
    "change_resource",
    "close",
    "close_times",
    "decide_category",
    "end_origin",
    "open_clinic",
    "put_back",
    "recall_lot",
    "receive_lot",
    "reopen",
    "restore_resource",
    "retire_resource",
    "set_hours",
    "set_travel",
    "take",
    "withdraw_hours",
]
