"""The addresses of the case files; no address holds a name, a BSN or anything else about a person."""

from django.urls import URLPattern, path

from casefiles.views import (
    arrival,
    circumstances,
    documents,
    dossier,
    dossiers,
    entries,
    imports,
    keys,
    loading,
    opening,
    parties,
    people,
    search,
    session,
)

app_name = "casefiles"

urlpatterns: list[URLPattern] = [
    # who is here
    path("login/", session.Login.as_view(), name="login"),
    path("logout/", session.log_out, name="logout"),
    path("password/", session.ChangePassword.as_view(), name="password"),
    path("session/", session.overview, name="session"),
    path("session/others/end/", session.end_others, name="session-end-others"),
    path("session/shortcuts/", session.set_shortcuts, name="session-shortcuts"),
    path("session/left/", session.left, name="session-left"),
    path("session/alive/", session.alive, name="session-alive"),
    path("help/", session.help_page, name="help"),
    # before anyone logs in
    path("loading/", loading.loading, name="loading"),
    path("setup/", arrival.set_up, name="setup"),
    path("invitation/<str:token>/", arrival.accept, name="invitation"),
    # people, teams and the organisation
    path("people/", people.overview, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:pk>/", people.member, name="person"),
    path("people/<int:pk>/link/", people.invite_again, name="invite-again"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("teams/new/", people.team, name="new-team"),
    path("teams/<int:pk>/", people.team, name="team"),
    path("organisation/", people.organisation, name="organisation"),
    # my dossiers
    path("dossiers/", dossiers.dossiers, name="dossiers"),
    path("dossiers/new/", opening.new_dossier, name="new-dossier"),
    path("dossiers/views/", dossiers.save_view, name="save-view"),
    path("dossiers/views/<int:pk>/remove/", dossiers.remove_view, name="remove-view"),
    path("search/", search.search, name="search"),
    path("search/<str:name>/", search.results, name="search-results"),
    # one dossier
    path("dossiers/<uuid:pk>/", dossier.dossier, name="dossier"),
    path("dossiers/<uuid:pk>/access/", dossier.access_page, name="dossier-access"),
    path("dossiers/<uuid:pk>/bsn/", dossier.reveal, name="reveal"),
    path("dossiers/<uuid:pk>/dates/", circumstances.dates, name="dossier-dates"),
    path("dossiers/<uuid:pk>/close/", dossier.close, name="close-dossier"),
    path("dossiers/<uuid:pk>/reopen/", dossier.reopen, name="reopen-dossier"),
    path("dossiers/<uuid:pk>/entries/", entries.add, name="add-entry"),
    path("dossiers/<uuid:pk>/entries/<uuid:entry>/", entries.change, name="change-entry"),
    path("dossiers/<uuid:pk>/entries/<uuid:entry>/versions/", entries.versions, name="entry-versions"),
    path("dossiers/<uuid:pk>/documents/", documents.documents, name="documents"),
    path("dossiers/<uuid:pk>/documents/<uuid:document>/", documents.download, name="download"),
    path("dossiers/<uuid:pk>/people/", parties.parties, name="parties"),
    path("dossiers/<uuid:pk>/people/new/", parties.add_party, name="add-party"),
    path("dossiers/<uuid:pk>/people/<uuid:party>/", parties.change_party, name="change-party"),
    path("dossiers/<uuid:pk>/authority/new/", parties.record_authority, name="record-authority"),
    path("dossiers/<uuid:pk>/authority/<uuid:authority>/", parties.change_authority, name="change-authority"),
    # the root keys
    path("keys/", keys.index, name="keys"),
    path("keys/rotate/", keys.rotate, name="keys-rotate"),
    path("keys/progress/", keys.progress, name="keys-progress"),
    # packages from older systems
    path("import/", imports.index, name="imports"),
    path("import/upload/", imports.upload, name="import-upload"),
    path("import/pick/", imports.pick, name="import-pick"),
    path("import/<uuid:pk>/", imports.detail, name="import"),
    path("import/<uuid:pk>/progress/", imports.progress, name="import-progress"),
    path("import/<uuid:pk>/start/", imports.start, name="import-start"),
    path("import/<uuid:pk>/discard/", imports.discard, name="import-discard"),
    path("import/<uuid:pk>/problems.csv", imports.problems_csv, name="import-problems"),
]
