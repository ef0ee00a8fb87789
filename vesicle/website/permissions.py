"""Who may write, and who may publish, what the public pages say of the clinic's people and places."""

from vesicle.core.permissions import Role, define

WRITE_PROFILES = define(
    "website.write-profiles",
    "write what public pages say of the team and the locations",
    Role.FRONT_DESK,
    Role.PROVIDER,
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
)
PUBLISH_PROFILES = define(
    "website.publish-profiles",
    "publish what public pages say of the team and the locations, and take it down",
    Role.MEDICAL_DIRECTOR,
    Role.OWNER,
)
