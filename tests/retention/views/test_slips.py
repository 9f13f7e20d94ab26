"""The proof letter and a former client's question in the browser, as who may and who may not."""

from casefiles.models import Dossier
from retention.models import SlipOffer
from retention.receipts import slips
from tests.casework import knows_why
from tests.organisation import Organisation, carry_out
from tests.retention.receipts.test_slips import slip_in
from tests.retention.views.test_certificates import as_user


def test_a_case_worker_offers_prints_and_hands_over_and_the_question_is_answered_years_later(
    organisation: Organisation,
) -> None:
    dossier = organisation.keeps("JD-1996-0001", documents=1)
    client = knows_why(as_user(organisation.fenna))
    page = f"/dossiers/{dossier.pk}/slip/"
    assert page in client.get(f"/dossiers/{dossier.pk}/").content.decode()
    assert client.post(page, {}).status_code == 422
    assert client.post(f"{page}handed-over/").status_code == 409
    assert client.post(page, {"outcome": "offered"}).headers["Location"] == page
    letter = client.post(f"{page}letter.pdf")
    assert letter.headers["Cache-Control"] == "no-store"
    slip = slip_in(letter.content)
    assert client.get(f"{page}letter.pdf").status_code == 405
    assert client.post(f"{page}handed-over/").status_code == 302
    assert client.post(f"{page}handed-over/").status_code == 409
    assert client.post(f"{page}letter.pdf").status_code == 409
    assert SlipOffer.objects.count() == 3
    for other in (organisation.amina, organisation.samira, organisation.koen):
        assert as_user(other).get(page).status_code == 404
        assert as_user(other).post(f"{page}letter.pdf").status_code == 404
    chosen = organisation.lists_due()
    carry_out(organisation.starts(chosen))
    officer = as_user(organisation.samira)
    answered = officer.post("/question/", {"slip": f" {bytes(slip).decode()}\n"}).content.decode()
    assert "/receipts/" in answered
    assert "Luinenburg" not in answered.replace(bytes(slip).decode().replace('"', "&quot;"), "")
    assert officer.post("/question/", {"slip": '{"v":1}'}).status_code == 422
    assert officer.post("/question/", {}).status_code == 422
    assert officer.post("/question/", {"reference": "JD-1996-0001"}).status_code == 200
    for other in (organisation.fenna, organisation.joost):
        assert as_user(other).get("/question/").status_code == 404


def test_the_letter_waits_for_the_closing_of_the_dossier(organisation: Organisation) -> None:
    running = organisation.opens("JD-2020-0002")
    client = as_user(organisation.fenna)
    assert client.get(f"/dossiers/{running.pk}/slip/").status_code == 200
    assert client.post(f"/dossiers/{running.pk}/slip/letter.pdf").status_code == 409
    assert Dossier.objects.get(pk=running.pk).facts.subject == ""
    assert slips.newest(running) is None
