"""The questionnaire and its result. Whoever holds the token may go on."""

from django.urls import URLPattern, URLResolver, path

from vesicle.candidacy import views

app_name = "candidacy"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.start, name="start"),
    path("mine/", views.mine, name="mine"),
    path("how-we-rank/", views.how_we_rank, name="how-we-rank"),
    path("<str:token>/", views.resume, name="resume"),
    path("<str:token>/ask/<str:question>/", views.ask, name="ask"),
    path("<str:token>/medicines/", views.medicines, name="medicines"),
    path("<str:token>/answers/", views.answers, name="answers"),
    path("<str:token>/still-true/", views.still_true, name="still-true"),
    path("<str:token>/result/", views.result, name="result"),
    path("<str:token>/wishes/", views.wishes, name="wishes"),
    path("<str:token>/about-you/", views.about_you, name="about-you"),
    path("<str:token>/widen/", views.widen, name="widen"),
    path("<str:token>/choose/", views.choose, name="choose"),
    path("<str:token>/remind/", views.remind, name="remind"),
]
