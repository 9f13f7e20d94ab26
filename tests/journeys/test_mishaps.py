"""What goes wrong in a day: wrong inputs, a double click, the back button, two tabs. Each gets an answer that helps."""

import sys
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Entering
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.xdist_group("product")]

TEXT = "Gebeld met de leerplichtambtenaar"


def opens_a_dossier(person: Visit) -> str:
    """Open a new dossier; gives its address."""
    page = person.page
    page.goto("/dossiers/new/")
    page.select_option("#id_kind", "jeugdhulp")
    page.fill("#id_surname", "Onderweg")
    page.fill("#id_birth_date", "2012-03-07")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".gv-identity")
    return page.url


def fills_an_entry(page: Page, text: str) -> None:
    page.fill("#id_text", text)
    page.check("input[name=source][value=fact]", force=True)
    page.check("input[name=substantive][value=no]", force=True)


def sends(page: Page, form: str) -> int:
    """Send a form; gives the status of the answer."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.click(f"{form} button[type=submit]")
    page.wait_for_load_state()
    return answered.value.status


def typed_badly(page: Page, dossier: str, file: Path) -> dict[str, tuple[int, str]]:
    """Do ten things wrong; gives for each the answer's status and what the page says or kept."""
    got = {}

    def errors() -> str:
        return page.locator(".gv-errors").inner_text().replace("\n", " ")

    page.goto(dossier)
    page.fill("#id_title", "wat ik typte")
    got["an entry without a text"] = (sends(page, ".gv-compose"), errors())
    assert page.input_value("#id_title") == "wat ik typte"
    page.evaluate("document.getElementById('id_text').removeAttribute('maxlength')")
    fills_an_entry(page, "x" * 50_001)
    got["an entry that is too long"] = (sends(page, ".gv-compose"), errors())
    page.goto(dossier)
    fills_an_entry(page, "een nul")
    page.evaluate("document.getElementById('id_text').value = 'een nul: \\u0000.'")
    got["a null byte in the text"] = (sends(page, ".gv-compose"), errors())
    page.goto("/dossiers/new/")
    page.fill("#id_surname", "Kwijt")
    page.fill("#id_bsn", "123456789")
    page.evaluate("document.getElementById('id_birth_date').type = 'text'")
    page.fill("#id_birth_date", "31-02-2012")
    got["a BSN and a date that cannot be"] = (sends(page, "main form"), errors())
    assert page.input_value("#id_surname") == "Kwijt"
    page.goto(f"{dossier}documents/")
    page.evaluate("document.querySelector('form[data-upload]').removeAttribute('data-upload')")
    got["no file"] = (sends(page, "form[enctype]"), errors())
    page.goto(f"{dossier}close/")
    got["a checklist with nothing checked"] = (sends(page, "main form"), errors())
    page.goto(f"{dossier}documents/")
    page.set_input_files("#id_documents", file)
    page.click("form[data-upload] button[type=submit]")
    expect(page.locator("[data-progress] li")).to_contain_text("empty")
    got["an empty file"] = (422, page.locator("[data-progress] li").inner_text().replace("\n", " "))
    return got


def asked_badly(person: Visit) -> dict[str, tuple[int, str]]:
    """Type three addresses that nobody has."""
    page, got = person.page, {}
    nonsense = {
        "a dossier that is not there": f"/dossiers/{uuid4()}/",
        "an address that is not there": "/dossiers/zoek?q=Noor",
        "a filter and a place that are nonsense": "/dossiers/?status=';--&sort=%00&at=%F0&page=9e9",
    }
    for name, address in nonsense.items():
        got[name] = (person.status_of(address), page.locator("main h1").inner_text())
    return got


def test_ten_wrong_inputs_get_an_answer_that_helps(entering: Entering, tmp_path: Path) -> None:
    (tmp_path / "leeg.txt").write_bytes(b"")
    with entering("worker5", "en") as person:
        dossier = opens_a_dossier(person)
        got = typed_badly(person.page, dossier, tmp_path / "leeg.txt") | asked_badly(person)
    for name, (status, words) in got.items():
        sys.stdout.write(f"{name:42} {status} {words[:120]}\n")  # shown by pytest -rP
    assert len(got) == 10
    assert [name for name, (status, words) in got.items() if status >= 500 or len(words) < 8] == []
    missing = {"a dossier that is not there", "an address that is not there"}
    expected = {name: 404 if name in missing else 422 for name in got}
    expected["a filter and a place that are nonsense"] = 200
    assert {name: status for name, (status, _words) in got.items()} == expected


def entries(page: Page, text: str) -> int:
    return page.locator(f"#months .gv-tl__body:has-text('{text}')").count()


def test_a_double_click_and_the_back_button_write_one_entry(entering: Entering) -> None:
    with entering("worker6", "nl") as person:
        page, dossier = person.page, opens_a_dossier(person)
        page.goto(dossier)
        fills_an_entry(page, TEXT)
        page.dblclick(".gv-compose button[type=submit]")
        expect(page.locator(".gv-messages")).to_be_visible()
        assert entries(page, TEXT) == 1
        page.go_back()
        page.wait_for_load_state()
        page.go_forward()
        page.reload()
        assert entries(page, TEXT) == 1


def test_the_same_form_sent_again_without_javascript_is_one_entry(entering: Entering) -> None:
    with entering("worker6", "nl") as person:
        page, dossier = person.page, opens_a_dossier(person)
        page.goto(dossier)
        names = ("csrfmiddlewaretoken", "once", "occurred_on", "kind")
        fields = {name: page.locator(f".gv-compose [name={name}]").input_value() for name in names}
        form = fields | {"text": TEXT, "source": "fact", "substantive": "no", "title": "", "discussed_with": ""}
        answers = [page.request.post(f"{dossier}entries/", form=form, headers={"Referer": dossier}) for _ in range(2)]
        assert [answer.status for answer in answers] == [200, 200]
        page.goto(dossier)
        assert entries(page, TEXT) == 1


def test_two_tabs_that_change_one_entry_lose_no_word(entering: Entering) -> None:
    with entering("worker8", "nl") as person:
        first, dossier = person.page, opens_a_dossier(person)
        first.goto(dossier)
        fills_an_entry(first, TEXT)
        first.click(".gv-compose button[type=submit]")
        first.click("#months .gv-tl__body a:has-text('Wijzigen')")
        second = first.context.new_page()
        second.goto(first.url)
        for page, text in ((first, "uit de eerste tab"), (second, "uit de tweede tab")):
            fills_an_entry(page, text)
        assert sends(first, "main form") == 302
        assert sends(second, "main form") == 409
        expect(second.locator(".gv-stored")).to_contain_text("uit de eerste tab")
        assert second.input_value("#id_text") == "uit de tweede tab"
        Visit(second, "worker8", "nl", person.wrong).looks_at("entry-changed-meanwhile")


def test_two_tabs_that_close_one_dossier_close_it_once(entering: Entering) -> None:
    with entering("worker8", "nl") as person:
        first, dossier = person.page, opens_a_dossier(person)
        second = first.context.new_page()
        for page in (first, second):
            page.goto(f"{dossier}close/")
            for box in page.locator("input[name=confirmed]").all():
                box.check()
        assert [sends(page, "main form") for page in (first, second)] == [302, 302]
        expect(second.locator(".gv-messages")).to_contain_text("al gesloten")


def test_a_tab_whose_person_logged_out_elsewhere_leads_to_the_login_page(entering: Entering) -> None:
    with entering("worker6", "nl") as person:
        first, dossier = person.page, opens_a_dossier(person)
        second = first.context.new_page()
        second.goto(dossier)
        person.logs_out()
        second.reload()
        expect(second.locator("#id_username")).to_be_visible()
