"""Roles and permissions: closed by default, and a refusal says for whom it is."""

import pytest

from vesicle.core.actor import Actor
from vesicle.core.errors import NotPermitted
from vesicle.core.permissions import Role, all_permissions, define

OPEN_DOORS = define("test.open-doors", "open the doors", Role.FRONT_DESK)


@pytest.mark.parametrize("role", Role)
def test_only_the_named_roles_may(role):
    actor = Actor("staff", 1, "Somebody", 1, frozenset({role}))
    assert actor.may(OPEN_DOORS) is (role is Role.FRONT_DESK)


def test_nobody_without_a_role_may():
    with pytest.raises(NotPermitted, match=r"^Your role may not open the doors\. It is for: front desk\.$"):
        Actor("staff", 1, "Somebody", 1).require(OPEN_DOORS)


def test_a_background_job_may_and_is_named():
    assert Actor.system(1, "Night job").may(OPEN_DOORS)


def test_one_code_means_one_thing():
    assert define("test.open-doors", "open the doors", Role.FRONT_DESK) == OPEN_DOORS
    with pytest.raises(ValueError, match="defined twice"):
        define("test.open-doors", "open the doors", Role.OWNER)


def test_permissions_read_as_the_end_of_a_sentence():
    for permission in all_permissions():
        assert permission.label[0].islower(), permission.code
        assert not permission.label.endswith("."), permission.code
        assert permission.roles, f"{permission.code} is for nobody"
