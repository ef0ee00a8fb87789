"""Reads of people: everybody sees what is theirs, and Otto sees nothing."""

import pytest

from vesicle.core.errors import NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.people import messages, queries, services
from vesicle.people.tests.factories import PatientFactory
from vesicle.people.tests.test_messages import put


@pytest.mark.parametrize("name", ["rosa", "noor", "iris", "ines", "system", "pia"])
def test_those_concerned_find_the_patient(cast, name):
    assert queries.patient(cast.actor(name), cast.pia.pk) == cast.pia


@pytest.mark.parametrize("name", ["otto", "tam", "visitor"])
def test_for_others_the_patient_does_not_exist(cast, name):
    with pytest.raises(NotFound):
        queries.patient(cast.actor(name), cast.pia.pk)


def test_the_owner_may_not_look_patients_up(cast):
    with pytest.raises(NotPermitted):
        queries.patient(cast.actor("owen"), cast.pia.pk)
    with pytest.raises(NotPermitted):
        queries.search(cast.actor("owen"), "pia")


def test_a_patient_who_does_not_exist_looks_like_one_elsewhere(cast):
    with pytest.raises(NotFound) as nowhere:
        queries.patient(cast.actor("rosa"), 10**9)
    with pytest.raises(NotFound) as elsewhere:
        queries.patient(cast.actor("otto"), cast.pia.pk)
    assert nowhere.value.message == elsewhere.value.message


@pytest.mark.parametrize("text", ["pia", "SØR", "pia sør", "pia@ex", "5550142", "1986-04", "sør 1986-04-12"])
def test_search_finds_by_name_address_phone_or_birthday(cast, text):
    assert queries.search(cast.actor("rosa"), text) == [cast.pia]


@pytest.mark.parametrize("text", ["", "  ", "nobody", "pia nguyen"])
def test_search_needs_every_word_to_match(cast, text):
    assert queries.search(cast.actor("rosa"), text) == []


def test_ottos_search_finds_nobody_here(cast):
    assert queries.search(cast.actor("otto"), "pia") == []


def test_holds_of_somebody_elses_patient_are_not_found(cast):
    services.place_hold(by=cast.actor("noor"), patient=cast.pia, reason="x")
    assert queries.active_holds(cast.actor("otto"), cast.pia.pk) == ()
    with pytest.raises(NotFound):
        queries.active_holds(cast.actor("tam"), cast.pia.pk)


def test_one_hold_is_found_by_staff_and_not_by_otto(cast):
    placed = services.place_hold(by=cast.actor("noor"), patient=cast.pia, reason="x")
    assert queries.hold(cast.actor("rosa"), placed.pk) == placed
    with pytest.raises(NotFound):
        queries.hold(cast.actor("otto"), placed.pk)


def test_staff_know_one_another_and_otto_knows_nobody(cast):
    assert cast.rosa in queries.staff(cast.actor("noor"))
    assert queries.staff_member(cast.actor("noor"), cast.rosa.pk) == cast.rosa
    assert [person.name for person in queries.staff(cast.actor("otto"))] == []
    with pytest.raises(NotFound):
        queries.staff_member(cast.actor("otto"), cast.rosa.pk)
    with pytest.raises(NotPermitted):
        queries.staff(cast.actor("pia"))


def test_messages_are_seen_by_those_who_sent_them_and_by_their_patient(cast):
    put(cast)
    for name in ("rosa", "pia"):
        assert [message.key for message in queries.messages_to(cast.actor(name), cast.pia.pk)] == ["reminder:1"]
    for name in ("otto", "tam"):
        with pytest.raises(NotFound):
            queries.messages_to(cast.actor(name), cast.pia.pk)


def test_what_could_not_be_sent_is_listed_for_the_board(cast):
    message = put(cast)
    message.failed_at, message.failure = message.due_at, "No such address."
    message.save()
    assert queries.failed_messages(cast.actor("rosa")) == [message]
    assert queries.failed_messages(cast.actor("otto")) == []
    assert messages.send_due(now=message.due_at) == 0


def test_opening_a_record_is_written_down_and_the_patient_can_read_it(cast):
    services.open_record(by=cast.actor("noor"), patient_id=cast.pia.pk)
    trail = queries.own_trail(cast.actor("pia"))
    assert [(entry.actor_name, entry.code) for entry in trail][:1] == [("Noor Haddad", "people.patient-seen")]
    assert "Noor Haddad" not in {entry.actor_name for entry in queries.own_trail(cast.actor("tam"))}
    with pytest.raises(NotPermitted):
        queries.own_trail(cast.actor("rosa"))


def test_a_look_that_was_refused_leaves_no_line(cast):
    with pytest.raises(NotFound):
        services.open_record(by=cast.actor("otto"), patient_id=cast.pia.pk)
    assert not AuditEntry.objects.filter(code="people.patient-seen").exists()


def test_a_search_that_finds_many_shows_the_first_twenty_in_one_question(cast, django_assert_num_queries):
    PatientFactory.create_batch(25)
    with django_assert_num_queries(1):
        found = queries.search(cast.actor("rosa"), "person")
    assert len(found) == 20


def test_who_cannot_be_mailed_is_found_by_phone(cast):
    patient = PatientFactory(without_mail=True)
    assert queries.search(cast.actor("rosa"), "5550170") == [patient]
