"""Private links: what opens, what does not, and what is never stored."""

from datetime import UTC, datetime, timedelta

import pytest

from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.people import links
from vesicle.people.models import PrivateLink

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def token(cast):
    return links.make_link(
        by=cast.actor("rosa"), patient=cast.pia, purpose="booking", subject_id=7, valid_for=DAY, at=NOW
    )


def test_a_link_opens_what_it_is_for(cast, token):
    link = links.open_link(token, purpose="booking", now=NOW + DAY / 2)
    assert (link.subject_id, link.patient) == (7, cast.pia)


def test_the_token_itself_is_stored_nowhere(cast, token):
    row = PrivateLink.objects.get()
    stored = " ".join(str(getattr(row, field.attname)) for field in row._meta.fields)
    assert len(token) == 43
    assert token not in stored
    assert token not in str(AuditEntry.objects.values_list("detail", flat=True))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda link: None, "link-expired"),
        (lambda link: PrivateLink.objects.update(expires_at=NOW + 9 * DAY, used_at=NOW), "link-used"),
        (lambda link: PrivateLink.objects.update(expires_at=NOW + 9 * DAY, revoked_at=NOW), "link-revoked"),
    ],
)
def test_a_link_that_is_over_says_why(cast, token, spoil, code):
    spoil(token)
    with pytest.raises(links.LinkGone) as refusal:
        links.open_link(token, purpose="booking", now=NOW + 2 * DAY)
    assert (refusal.value.code, refusal.value.status) == (code, 404)
    assert refusal.value.message.endswith(".")


def test_a_link_for_something_else_or_mistyped_is_unknown(cast, token):
    for wrong, purpose in [(token, "aftercare"), (token[:-1] + "!", "booking"), ("", "booking")]:
        with pytest.raises(links.LinkGone) as refusal:
            links.open_link(wrong, purpose=purpose, now=NOW)
        assert refusal.value.code == "link-unknown"


def test_a_link_does_not_open_in_another_clinic(cast, token):
    with clinic_scope(cast.other.pk), pytest.raises(links.LinkGone):
        links.open_link(token, purpose="booking", now=NOW)


def test_a_single_use_link_opens_often_but_is_used_once(cast):
    token = links.make_link(
        by=cast.actor("rosa"), patient=cast.pia, purpose="p", subject_id=1, valid_for=DAY, single_use=True, at=NOW
    )
    first, second = (links.open_link(token, purpose="p", now=NOW) for _ in range(2))
    links.use_link(first, by=cast.actor("visitor"), now=NOW)
    with pytest.raises(links.LinkGone):
        links.use_link(second, by=cast.actor("visitor"), now=NOW)


def test_a_lasting_link_is_used_as_often_as_one_likes(cast, token):
    for _ in range(2):
        links.use_link(links.open_link(token, purpose="booking", now=NOW), by=cast.actor("visitor"), now=NOW)
    assert links.open_link(token, purpose="booking", now=NOW)


def test_revoking_ends_every_link_to_a_record_and_no_other(cast, token):
    other = links.make_link(
        by=cast.actor("rosa"), patient=cast.pia, purpose="booking", subject_id=8, valid_for=DAY, at=NOW
    )
    assert links.revoke_links(by=cast.actor("rosa"), purpose="booking", subject_id=7) == 1
    with pytest.raises(links.LinkGone):
        links.open_link(token, purpose="booking", now=NOW)
    assert links.open_link(other, purpose="booking", now=NOW)


def test_otto_revokes_nothing_here(cast, token):
    assert links.revoke_links(by=cast.actor("otto"), purpose="booking", subject_id=7) == 0
    assert links.open_link(token, purpose="booking", now=NOW)


def test_addresses_carry_the_clinics_own_domain_where_it_has_one(cast, settings):
    settings.PUBLIC_URL = "https://vesicle.example:8443"
    assert links.link_url("/my/x/") == "https://vesicle.example:8443/my/x/"
    with clinic_scope(cast.other.pk):
        assert links.link_url("my/x/") == "https://bellhaven.localhost:8443/my/x/"
