"""The aftercare plan of a draft, before anybody follows it."""

from vesicle.protocols.tests.editions import draft, install


def test_it_is_the_plan_by_day_with_check_ins_and_when_to_call(client, as_staff, cast):
    install()
    edition = draft(cast)
    page = as_staff(client, "noor").get(f"/desk/aftercare/preview/{edition.pk}/injection/").content.decode()
    assert "Preview of a draft" in page
    assert "The treatment day" in page or "Days 0" in page
    assert "When to call us at once" in page


def test_a_way_there_is_not_and_another_clinics_draft_are_not_found(client, as_staff, cast):
    install()
    edition = draft(cast)
    assert as_staff(client, "iris").get(f"/desk/aftercare/preview/{edition.pk}/nothing/").status_code == 404
    assert as_staff(type(client)(), "otto").get(f"/desk/aftercare/preview/{edition.pk}/injection/").status_code == 404
