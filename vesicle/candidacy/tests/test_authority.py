"""Who may clear: the protocol's licenses, narrowed by the clinic and never widened."""

from itertools import combinations

import pytest
from django.core.cache import cache
from django.db import IntegrityError

from vesicle.candidacy import queries, services
from vesicle.candidacy.domain.authority import Limit, authority
from vesicle.candidacy.models import ClearingLimit
from vesicle.candidacy.tests.clinic import NEEDLING, PEEL, healthy, screened
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.people.identity import staff_actor
from vesicle.people.services import change_staff

KELOID, AUTO = "microneedling.keloid", "microneedling.autoimmune"


class TestAuthority:
    def test_a_rule_takes_licenses_away_and_the_director_keeps_a_privilege(self) -> None:
        found = authority(NEEDLING, ["md", "np", "pa"], {KELOID: [], AUTO: ["md"]})
        assert found.licences == {"md"}
        assert found.may("np", is_director=True)
        assert not found.may("np", is_director=False)
        assert not found.may("rn", is_director=True)
        assert not found.may("", is_director=True)

    def test_the_clinic_may_close_the_directors_privilege(self) -> None:
        for rule in ("", AUTO):
            found = authority(NEEDLING, ["md", "np"], {AUTO: ["md"]}, [Limit("director", rule=rule)])
            assert not found.may("np", is_director=True)
            assert found.may("md", is_director=True)
        other = authority(NEEDLING, ["md", "np"], {AUTO: ["md"]}, [Limit("director", rule=KELOID)])
        assert other.may("np", is_director=True)

    def test_a_limit_is_for_its_option_and_its_rule(self) -> None:
        only_md = frozenset({"md"})
        limits = [Limit("exam", option=PEEL, licences=only_md), Limit("rule", rule=KELOID, licences=only_md)]
        assert authority(NEEDLING, ["md", "np"], {}, limits).licences == {"md", "np"}
        assert authority(PEEL, ["md", "np"], {}, limits).licences == {"md"}
        assert authority(NEEDLING, ["md", "np"], {KELOID: []}, limits).licences == {"md"}

    def test_no_limit_ever_widens_a_protocol(self) -> None:
        """Every pair of limits over four licenses, against every member of staff."""
        names = ("md", "np", "pa", "rn")
        sets = [frozenset(some) for size in range(1, 5) for some in combinations(names, size)]
        limits = [Limit("exam", licences=one) for one in sets] + [
            Limit("rule", rule=AUTO, licences=one) for one in sets
        ]
        limits += [Limit("director"), Limit("rule", rule=KELOID, licences=frozenset({"rn"}))]
        rules = {AUTO: ["md", "np"], KELOID: []}
        before = authority(NEEDLING, ["md", "np", "pa"], rules)
        for pair in combinations(limits, 2):
            after = authority(NEEDLING, ["md", "np", "pa"], rules, pair)
            for licence in names:
                for is_director in (True, False):
                    if after.may(licence, is_director=is_director):
                        assert before.may(licence, is_director=is_director), (pair, licence)


@pytest.mark.django_db
@pytest.mark.usefixtures("editions")
class TestLimit:
    def review(self, cast, now):
        row = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
        return services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=now)

    def decide(self, cast, review, now):
        cast.noor.refresh_from_db()
        given = {"outcome": "cleared", "mode": "video", "reason": "Flat.", "signature": "Noor Haddad"}
        return services.decide_review(by=cast.actor("noor"), review=review, now=now, **given)

    @pytest.mark.parametrize(
        "limit",
        [
            {"kind": "exam", "licences": ["md"]},
            {"kind": "exam", "option": NEEDLING, "licences": ["md", "pa"]},
            {"kind": "rule", "rule": KELOID, "licences": ["md"]},
        ],
    )
    def test_refuses_who_could_decide_before_and_lets_them_when_lifted(self, cast, now, limit) -> None:
        change_staff(by=cast.actor("owen"), staff=cast.noor, licence="np")
        review = self.review(cast, now)
        row = services.limit_clearing(by=cast.actor("iris"), now=now, **limit)
        with pytest.raises(NotPermitted, match="this clinic's settings name"):
            self.decide(cast, review, now)
        services.lift_limit(by=cast.actor("iris"), limit_id=row.pk, now=now)
        assert self.decide(cast, review, now).licence == "np"
        codes = AuditEntry.objects.filter(code__startswith="candidacy.clearing-limit").values_list("code", flat=True)
        assert sorted(codes) == ["candidacy.clearing-limit-lifted", "candidacy.clearing-limited"]

    @pytest.mark.parametrize(
        ("limit", "field"),
        [
            ({"kind": "nobody"}, "kind"),
            ({"kind": "exam"}, "licences"),
            ({"kind": "exam", "licences": ["wizard"]}, "licences"),
            ({"kind": "exam", "licences": ["rn"]}, "licences"),
            ({"kind": "exam", "option": "prp/injection", "licences": ["md"]}, "option"),
            ({"kind": "rule", "licences": ["md"]}, "rule"),
            ({"kind": "rule", "rule": "microneedling.pregnant", "licences": ["md"]}, "rule"),
            ({"kind": "rule", "rule": AUTO, "licences": ["np"]}, "licences"),
        ],
    )
    def test_refuses_what_is_unknown_or_leaves_nobody(self, cast, now, limit, field) -> None:
        with pytest.raises(Invalid) as refused:
            services.limit_clearing(by=cast.actor("iris"), now=now, **limit)
        assert field in refused.value.fields
        assert not ClearingLimit.objects.exists()

    def test_two_limits_together_may_not_leave_nobody(self, cast, now) -> None:
        services.limit_clearing(by=cast.actor("iris"), kind="exam", licences=["np"], now=now, option=PEEL)
        with pytest.raises(Invalid, match="cannot be set"):
            services.limit_clearing(by=cast.actor("iris"), kind="exam", licences=["md"], now=now)

    def test_there_is_one_of_a_kind(self, cast, now) -> None:
        services.limit_clearing(by=cast.actor("iris"), kind="director", now=now)
        with pytest.raises(Conflict, match="Lift it first"):
            services.limit_clearing(by=cast.actor("iris"), kind="director", now=now)

    @pytest.mark.parametrize("name", ["noor", "rosa", "owen", "ines", "pia"])
    def test_is_for_the_medical_director(self, cast, now, name) -> None:
        with pytest.raises(NotPermitted):
            services.limit_clearing(by=cast.actor(name), kind="director", now=now)
        with pytest.raises(NotPermitted):
            queries.limits(cast.actor(name))

    def test_otto_finds_none_of_ours_and_it_binds_alderbrook_alone(self, cast, now) -> None:
        row = services.limit_clearing(by=cast.actor("iris"), kind="director", now=now)
        with pytest.raises(NotFound):
            services.lift_limit(by=staff_actor(cast.otto), limit_id=row.pk, now=now)
        with pytest.raises(IntegrityError):
            ClearingLimit.objects.filter(pk=row.pk).update(kind="rule")

    def test_the_page_lists_adds_and_lifts(self, client, as_staff, cast) -> None:
        cache.clear()
        address = "/desk/candidacy/limits/"
        assert "No limits" in as_staff(client, "iris").get(address).content.decode()
        assert client.post(address, {"kind": "exam"}).status_code == 422
        sent = {"kind": "rule", "rule": KELOID, "licences": ["md"]}
        page = client.post(address, sent, follow=True).content.decode()
        assert f"What {KELOID} gives to review is cleared only by MD." in page
        lift = f"{address}{ClearingLimit.objects.get().pk}/lift/"
        assert "No limits" in client.post(lift, follow=True).content.decode()
        assert client.post(lift).status_code == 404
        assert as_staff(client, "noor").get(address).status_code == 403

    def test_the_review_page_says_who_may_decide(self, client, as_staff, cast, now) -> None:
        cache.clear()
        review = self.review(cast, now)
        services.limit_clearing(by=cast.actor("iris"), kind="rule", rule=KELOID, licences=["md"], now=now)
        page = " ".join(as_staff(client, "noor").get(f"/desk/candidacy/{review.pk}/").content.decode().split())
        assert "This needs one of these licenses: MD." in page
        assert "At this clinic: Iris Lindqvist." in page
