"""Staff pages on editions."""

from django.urls import URLPattern, URLResolver, path

from vesicle.protocols.views import (
    deciding,
    editing,
    files,
    history,
    languages,
    placing,
    reading,
    rules,
    signatures,
    text,
)

app_name = "protocols"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", reading.overview, name="overview"),
    path("compare/", reading.compare, name="compare"),
    path("signatures/", signatures.decide, name="signatures"),
    path("editions/<int:edition_id>/", reading.edition, name="edition"),
    path("editions/<int:edition_id>/words/", editing.words, name="words"),
    path("editions/<int:edition_id>/words/earlier/", history.words, name="earlier-words"),
    path("editions/<int:edition_id>/preview/", reading.preview, name="preview"),
    path("editions/<int:edition_id>/pictures/", placing.edit_pictures, name="pictures"),
    path("editions/<int:edition_id>/languages/", languages.languages, name="languages"),
    path("editions/<int:edition_id>/languages/<slug:language>/", languages.translate, name="translate"),
    path("editions/<int:edition_id>/text/", text.contents, name="text"),
    path("editions/<int:edition_id>/text/<slug:place>/<slug:section>/", text.section, name="section"),
    path("editions/<int:edition_id>/rules/", rules.all_rules, name="rules"),
    path("editions/<int:edition_id>/rules/<slug:place>/", rules.add, name="add-rule"),
    path("editions/<int:edition_id>/rules/<slug:place>/<slug:rule>/", rules.edit, name="rule"),
    path("editions/<int:edition_id>/texts/", files.earlier, name="texts"),
    path("editions/<int:edition_id>/download/", files.download, name="download"),
    path("editions/<int:edition_id>/upload/", files.upload, name="upload"),
    path("editions/<int:edition_id>/submit/", deciding.submit, name="submit"),
    path("editions/<int:edition_id>/return/", deciding.send_back, name="return"),
    path("editions/<int:edition_id>/approve/", deciding.approve, name="approve"),
    path("editions/<int:edition_id>/move/", deciding.move, name="move"),
    path("editions/<int:edition_id>/cancel/", deciding.cancel, name="cancel"),
    path("editions/<int:edition_id>/retire/", deciding.retire, name="retire"),
    path("<slug:treatment>/", reading.history, name="history"),
    path("<slug:treatment>/begin/", reading.begin, name="begin"),
]
