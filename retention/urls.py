"""The addresses of retention and destruction; no address holds anything about a person."""

from django.urls import URLPattern, path

from retention.views import (
    asking,
    attention,
    certificates,
    clock,
    composing,
    dashboard,
    endreviews,
    execution,
    holds,
    items,
    lists,
    listsheets,
    quarantine,
    receipts,
    reports,
    rights,
    rules,
    schedule,
    selection,
    slips,
    steering,
    together,
    transfers,
    transparency,
)

app_name = "retention"

urlpatterns: list[URLPattern] = [
    path("quarantine/", quarantine.quarantine, name="quarantine"),
    # what waits for a person
    path("questions/", attention.asked, name="questions"),
    path("questions/<uuid:pk>/stays-open/", attention.stays_open, name="stays-open"),
    path("overdue/", attention.past, name="overdue"),
    path("overdue/steps/", attention.escalation, name="escalation"),
    # requests of data subjects
    path("requests/", rights.index, name="requests"),
    path("requests/new/", rights.register, name="new-request"),
    path("requests/<uuid:pk>/", rights.detail, name="request"),
    path("requests/<uuid:pk>/extend/", rights.extend, name="request-extend"),
    path("requests/<uuid:pk>/decide/", rights.decide, name="request-decide"),
    path("requests/<uuid:pk>/contest/", rights.contest, name="request-contest"),
    # holds
    path("holds/", holds.index, name="holds"),
    path("holds/new/", holds.place, name="new-hold"),
    path("holds/<int:pk>/", holds.detail, name="hold"),
    path("holds/<int:pk>/review/", holds.review, name="hold-review"),
    path("holds/<int:pk>/lift/", holds.lift, name="hold-lift"),
    path("holds/<int:pk>/progress/", holds.progress, name="hold-progress"),
    path("overview/", dashboard.index, name="overview"),
    # the clock of a dossier
    path("clocks/<uuid:pk>/", clock.clock, name="clock"),
    # retention rules
    path("rules/", rules.index, name="rules"),
    path("rules/<slug:code>/", rules.detail, name="rule"),
    path("rules/<slug:code>/edit/", rules.edit, name="rule-edit"),
    path("rules/<slug:code>/step/", rules.step, name="rule-step"),
    path("rules/<slug:code>/progress/", rules.progress, name="rule-progress"),
    path("rules/<slug:code>/dossiers/", rules.dossiers, name="rule-dossiers"),
    path("rules/<slug:code>/compare/", rules.compare, name="rule-compare"),
    # the official selection list
    path("selection-lists/", selection.index, name="selection-lists"),
    path("selection-lists/<int:pk>/", selection.detail, name="selection-list"),
    # the schedule
    path("schedule/", schedule.schedule, name="schedule"),
    path("public/schedule/", schedule.published, name="published-schedule"),
    # reviews at the end of a term
    path("reviews/", endreviews.index, name="end-reviews"),
    path("reviews/<uuid:pk>/", endreviews.review, name="end-review"),
    # destruction lists
    path("lists/", lists.index, name="lists"),
    path("lists/compose/", composing.compose, name="list-compose"),
    path("lists/<slug:name>/", lists.detail, name="list"),
    path("lists/<slug:name>/decide/", lists.decide, name="list-decide"),
    path("lists/<slug:name>/conclude/", lists.conclude, name="list-conclude"),
    path("lists/<slug:name>/items/<int:pk>/", items.item, name="list-item"),
    path("lists/<slug:name>/several/", together.several, name="list-several"),
    path("lists/<slug:name>/take-back/", together.take_back, name="list-take-back"),
    path("lists/<slug:name>/print/", listsheets.printed, name="list-print"),
    path("lists/<slug:name>/list.csv", listsheets.as_csv, name="list-csv"),
    path("lists/<slug:name>/start/", execution.start, name="list-start"),
    path("lists/<slug:name>/progress/", execution.progress, name="list-progress"),
    path("lists/<slug:name>/retry/", steering.retry, name="list-retry"),
    path("lists/<slug:name>/pause/", steering.pause, name="list-pause"),
    path("lists/<slug:name>/go-on/", steering.go_on, name="list-go-on"),
    # receipts
    path("receipts/", receipts.index, name="receipts"),
    path("receipts/verify.html", receipts.verifier, name="receipt-verifier"),
    path("receipts/<uuid:pk>/", receipts.detail, name="receipt"),
    path("receipts/<uuid:pk>/bundle.zip", receipts.download, name="receipt-bundle"),
    # the destruction report
    path("reports/destruction/", reports.destruction, name="report"),
    path("reports/destruction.csv", reports.destruction_csv, name="report-csv"),
    path("reports/destruction.pdf", reports.destruction_pdf, name="report-pdf"),
    path("question/", asking.question, name="question"),
    # the slip of a dossier
    path("dossiers/<uuid:pk>/slip/", slips.offer, name="slip"),
    path("dossiers/<uuid:pk>/slip/letter.pdf", slips.letter, name="slip-letter"),
    path("dossiers/<uuid:pk>/slip/handed-over/", slips.hand_over, name="slip-over"),
    # transfer to an archive
    path("transfers/", transfers.index, name="transfers"),
    path("dossiers/<uuid:pk>/transfer/", transfers.detail, name="transfer"),
    path("dossiers/<uuid:pk>/transfer/package.zip", transfers.package, name="transfer-package"),
    path("dossiers/<uuid:pk>/transfer/step/", transfers.step, name="transfer-step"),
    path("dossiers/<uuid:pk>/transfer/progress/", transfers.progress, name="transfer-progress"),
    # certificates
    path("certificates/", certificates.index, name="certificates"),
    path("lists/<slug:name>/certificate/", certificates.of_list, name="list-certificate"),
    path("receipts/<uuid:pk>/certificate/", certificates.of_receipt, name="receipt-certificate"),
    path("certificates/<slug:number>/", certificates.detail, name="certificate"),
    path("certificates/<slug:number>/progress/", certificates.progress, name="certificate-progress"),
    path("certificates/<slug:number>/<slug:language>.pdf", certificates.download, name="certificate-pdf"),
    # the transparency log
    path("transparency/", transparency.detail, name="transparency"),
    path("transparency/audit/", transparency.progress, name="transparency-audit"),
    path("transparency/audit/start/", transparency.audit, name="transparency-audit-start"),
]
