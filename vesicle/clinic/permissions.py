"""What may be done with places, products and lots, and by whom."""

from vesicle.core.permissions import Role, define

MANAGE_PLACES = define(
    "clinic.manage-places", "set up locations, rooms, devices and hours", Role.OWNER, Role.MEDICAL_DIRECTOR
)
CLOSE = define(
    "clinic.close",
    "close a location, room or device",
    Role.FRONT_DESK,
    Role.OWNER,
    Role.MEDICAL_DIRECTOR,
    Role.PROVIDER,
)
SEE_STOCK = define(
    "clinic.see-stock",
    "see products and lots",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
    Role.INTEGRATOR,
)
REGISTER_PRODUCTS = define("clinic.register-products", "register products", Role.MEDICAL_DIRECTOR)
RECEIVE_LOTS = define(
    "clinic.receive-lots", "receive lots into stock", Role.FRONT_DESK, Role.PROVIDER, Role.MEDICAL_DIRECTOR
)
TAKE_STOCK = define("clinic.take-stock", "take a product from stock", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
RECALL_LOTS = define("clinic.recall-lots", "recall a lot", Role.PROVIDER, Role.MEDICAL_DIRECTOR)
DECIDE_CATEGORIES = define("clinic.decide-categories", "record a decision on a product category", Role.MEDICAL_DIRECTOR)
MANAGE_EMBEDS = define("clinic.manage-embeds", "choose which sites may show the clinic's pages in a frame", Role.OWNER)
