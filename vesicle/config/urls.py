"""Every address of the house, room by room in the order of the patient's path."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("vesicle.people.account_urls")),
    path("desk/protocols/import/", include("vesicle.website.import_urls")),
    path("desk/protocols/", include("vesicle.protocols.urls")),
    path("desk/statements/", include("vesicle.website.statement_urls")),
    path("pictures/", include("vesicle.protocols.public_urls")),
    path("before-and-after/", include("vesicle.results.showing.public_urls")),
    path("candidacy/", include("vesicle.candidacy.urls")),
    path("book/", include("vesicle.scheduling.urls")),
    path("consent/", include("vesicle.consent.urls")),
    path("my/", include("vesicle.people.urls")),
    path("my/", include("vesicle.treatment.patient_urls")),
    path("my/", include("vesicle.aftercare.urls")),
    path("my/", include("vesicle.results.urls")),
    path("desk/", include("vesicle.desk.urls")),
    path("desk/candidacy/", include("vesicle.candidacy.desk_urls")),
    path("desk/appointments/", include("vesicle.scheduling.desk_urls")),
    path("desk/consent/", include("vesicle.consent.desk_urls")),
    path("desk/visits/", include("vesicle.treatment.urls")),
    path("desk/stock/", include("vesicle.clinic.urls")),
    path("desk/aftercare/", include("vesicle.aftercare.desk_urls")),
    path("desk/results/", include("vesicle.results.desk_urls")),
    path("desk/keys/", include("vesicle.interop.desk_urls")),
    path("desk/team/", include("vesicle.website.profiles.urls")),
    path("desk/embeds/", include("vesicle.website.embed_desk_urls")),
    path("api/v1/", include("vesicle.interop.urls")),
    path("", include("vesicle.scheduling.feed_urls")),
    path("embed/", include("vesicle.website.embed_urls")),
    path("", include("vesicle.website.machine_urls")),
    *i18n_patterns(path("", include("vesicle.website.urls")), prefix_default_language=False),
]

handler400 = "vesicle.core.responses.bad_request"
handler404 = "vesicle.core.responses.page_not_found"
handler500 = "vesicle.core.responses.server_error"
handler403 = "vesicle.core.responses.permission_denied"
