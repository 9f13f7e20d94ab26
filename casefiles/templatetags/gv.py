"""The template tags of the house: {% load gv %}. No tag writes an inline style or script (the CSP forbids them)."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.core.paginator import Page
from django.db.models import Model
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casefiles import naming
from casefiles import panels as registry
from casefiles.charts import Chart, Drawing
from casefiles.models import User
from casefiles.navigation import Section, items_for

register = template.Library()

ICONS = Path(__file__).resolve().parent.parent / "templates" / "gv" / "icons"
# What a colour means → the name of the class in gv.css.
KINDS = {
    "": "",
    "active": "actief",
    "ok": "ok",
    "attention": "let-op",
    "error": "fout",
    "hold": "stop",
    "info": "info",
}
ALERTS = {"info": "info", "ok": "ok", "attention": "warning", "error": "error", "hold": "stop"}
BARS = {"": "", "soon": "bijna", "over": "over", "hold": "stop", "idle": "uit"}
AVATARS = ("", "oker", "pruim", "blauw", "mos")
CONTROLS = {
    "select": "utrecht-select utrecht-select--html-select",
    "textarea": "utrecht-textarea utrecht-textarea--html-textarea",
    "checkbox": "utrecht-checkbox",
}


@lru_cache(maxsize=512)
@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Inline a lucide icon, hidden from screen readers; `extra` are more classes. Unknown name: FileNotFoundError."""
    drawing = mark_safe((ICONS / f"{name}.svg").read_text().strip())  # noqa: S308 -- a file of ours
    return format_html(
        '<svg class="gv-icon {}" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        extra,
        drawing,
    )


@register.simple_tag
def badge(text: object, kind: str = "", icon_name: str = "") -> SafeString:
    """Show a status as icon + word + colour; `kind` is one of KINDS (KeyError otherwise)."""
    css = f"gv-badge--{KINDS[kind]}" if kind else ""
    drawing = icon(icon_name) if icon_name else ""
    return format_html('<span class="nl-data-badge gv-badge {}">{}{}</span>', css, drawing, text)


def initials(name: str) -> str:
    """Return the first letters of the first and last word: "Samira El Fassi" → "SF"."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag
def avatar(person: User | str) -> SafeString:
    """Show a person's initials (hidden from screen readers: write the name beside it) in a colour of their own."""
    name = person if isinstance(person, str) else person.name
    colour = AVATARS[sum(name.encode()) % len(AVATARS)]
    css = f"gv-avatar--{colour}" if colour else ""
    return format_html('<span class="gv-avatar {}" aria-hidden="true">{}</span>', css, initials(name))


@register.simple_tag
def clockbar(percent: float, text: object, sub: object = "", kind: str = "") -> SafeString:
    """Show how far a term is: a bar of 0–100 percent, the words above and below it; `kind` is one of BARS."""
    css = f"gv-mini--{BARS[kind]}" if kind else ""
    below = format_html('<span class="gv-cellsub">{}</span>', sub) if sub else ""
    return format_html(
        '<div class="gv-mini {}"><span>{}</span>'
        '<span class="gv-mini__bar" aria-hidden="true"><i class="w-{}"></i></span>{}</div>',
        css,
        text,
        max(0, min(100, round(percent))),
        below,
    )


@register.simple_tag
def button(
    text: object, kind: str = "secondary", icon_name: str = "", *, href: str = "", name: str = "", value: str = ""
) -> SafeString:
    """Show a submit button, or a link that looks like one when `href` is given.

    `kind`: primary, secondary, subtle or danger. `name` and `value` tell the buttons of one form apart.
    """
    css = "primary nl-button--negative" if kind == "danger" else kind
    drawing = format_html('<span class="nl-button__icon-start">{}</span>', icon(icon_name)) if icon_name else ""
    label = format_html('{}<span class="nl-button__label">{}</span>', drawing, text)
    if href:
        return format_html('<a class="nl-button nl-button--{}" href="{}">{}</a>', css, href, label)
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html('<button type="submit" class="nl-button nl-button--{}"{}>{}</button>', css, named, label)


@register.simple_block_tag
def alert(content: str, kind: str, icon_name: str, role: str = "") -> SafeString:
    """Frame a message: {% alert "attention" "wifi-off" %}<p>…</p>{% endalert %}; `kind` is one of ALERTS."""
    extra = " gv-alert--stop" if kind == "hold" else ""
    spoken = format_html(' role="{}"', role) if role else ""
    return format_html(
        '<div class="utrecht-alert utrecht-alert--{}{}"{}><span class="utrecht-alert__icon">{}</span>'
        '<div class="utrecht-alert__content"><div class="utrecht-alert__message">{}</div></div></div>',
        ALERTS[kind],
        extra,
        spoken,
        icon(icon_name),
        content,
    )


@register.simple_tag
def rings(count: int = 6, css: str = "gv-empty__art") -> SafeString:
    """Draw the growth rings of the house for an empty page."""
    circles = format_html_join(
        "",
        '<circle cx="50" cy="50" r="{}" stroke-width="{}"/>',
        ((round(4 + index * 42 / count, 1), 1 + index % 3 * 0.5) for index in range(count)),
    )
    return format_html(
        '<svg class="{}" viewBox="0 0 100 100" aria-hidden="true" focusable="false">'
        '<g fill="none" stroke="currentColor">{}</g></svg>',
        css,
        circles,
    )


def _described(bound: BoundField, *, hint: bool) -> str:
    parts = [f"{bound.auto_id}_hint"] if hint else []
    return " ".join([*parts, f"{bound.auto_id}_error"] if bound.errors else parts)


def _attributes(bound: BoundField, described: str) -> dict[str, str | bool]:
    attributes: dict[str, str | bool] = {
        "class": CONTROLS.get(bound.widget_type, "utrecht-textbox utrecht-textbox--html-input")
    }
    if described:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return attributes


@register.simple_tag
def field(bound: BoundField, *, label: str = "", hint: str = "") -> SafeString:
    """Show a form field with label, help and error tied to it; radios and several checkboxes become a fieldset.

    A single checkbox has its label behind it. `label` and `hint` replace what the form says.
    """
    grouped = bound.widget_type in {"radioselect", "checkboxselectmultiple"}
    described = _described(bound, hint=bool(hint or bound.help_text))
    control = None if grouped else bound.as_widget(attrs=_attributes(bound, described))
    context = {
        "field": bound,
        "control": control,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "described": described,
        "optional": not bound.field.required and bound.widget_type != "checkbox",
    }
    shape = "group" if grouped else "check" if bound.widget_type == "checkbox" else "field"
    return render_to_string(f"gv/{shape}.html", context)


def _target(bound: BoundField) -> str:
    # a group has no control of its own name: its first option takes the focus
    return bound.id_for_label or f"{bound.auto_id}_0"


@register.inclusion_tag("gv/error_summary.html")
def error_summary(*parts: "BaseForm | BaseFormSet[Any]") -> dict[str, Any]:
    """List the errors of forms and formsets with links to their fields; it takes the focus when the page opens."""
    sets = [part for part in parts if isinstance(part, BaseFormSet)]
    forms = [part for part in parts if isinstance(part, BaseForm)] + [form for each in sets for form in each.forms]
    found = [(_target(bound), error) for form in forms for bound in form for error in bound.errors]
    general = [error for each in sets for error in each.non_form_errors()]
    general += [error for form in forms for error in form.non_field_errors()]
    return {"general": general, "errors": found, "count": len(found) + len(general)}


@register.inclusion_tag("gv/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Link the pages of a Django Page by ?page=N, keeping the other parameters of the address."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {"page": page, "numbers": numbers, "gap": page.paginator.ELLIPSIS, "request": context["request"]}


@register.inclusion_tag("gv/steps.html")
def steps(summary: object, previous_url: str = "", next_url: str = "") -> dict[str, Any]:
    """Page by keyset: a line such as "25 of more than 1,000", and links to the page before and after it."""
    return {"summary": summary, "previous_url": previous_url, "next_url": next_url}


@register.inclusion_tag("gv/crumbs.html")
def crumbs(current: object, *links: object) -> dict[str, Any]:
    """Show where we are: {% crumbs "JD-2026-0021" _("My dossiers") dossiers_url %}, text and address in turn."""
    return {"current": current, "links": list(zip(links[::2], links[1::2], strict=True))}


@register.inclusion_tag("gv/chart.html")
def chart(what: Chart, name: str, width: int = 760) -> dict[str, Any]:
    """Draw a chart, wide and narrow, with its legend and the same data as a table; `name` is unique on the page.

    `width` is that of the wide drawing, in the units of its lettering: 440 for a column at the side.
    """
    drawings = [
        ("breed", Drawing(what, width, 270 if width > 500 else 210)),
        ("smal", Drawing(what, 350, 250, every=2)),
    ]
    return {"chart": what, "name": name, "drawings": drawings}


@register.inclusion_tag("gv/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """Show the side navigation of the person's role; the current page is marked, or the one that it lies under."""
    request = context["request"]
    addresses = {item.url_name: reverse(item.url_name) for item in items_for(request.user)}
    above = max((one for one in addresses.values() if request.path.startswith(one)), key=len, default="")
    sections: dict[Section, list[dict[str, Any]]] = {}
    for item in items_for(request.user):
        count, address = item.count(request.user) if item.count else None, addresses[item.url_name]
        current = ("page" if address == request.path else "true") if address == above else ""
        entry = {"item": item, "address": address, "current": current, "count": count}
        sections.setdefault(item.section, []).append(entry)
    return {"sections": list(sections.items())}


@register.simple_tag(takes_context=True)
def panels(context: Context, slot: str, subject: Model) -> SafeString:
    """Show every panel of a slot for one subject: {% panels "dossier.aside" dossier %}."""
    return panel(context, registry.fill(context["request"], slot, [subject]), subject)


@register.simple_tag(takes_context=True)
def panel(context: Context, filled: registry.Filled, subject: Model) -> SafeString:
    """Show one subject's part of panels.fill(request, slot, subjects), which asked for the whole list at once."""
    shown: Sequence[tuple[str]] = [
        (render_to_string(name, {**found, "subject": subject}, context["request"]),)
        for name, found in filled.of(subject)
    ]
    return format_html_join("", "{}", shown)


@register.filter
def unshared(text: str) -> str:
    """Return what somebody wrote, or that it is hidden: free text may name people, and others look along."""
    return _("Hidden while you share your screen") if text and naming.hidden.get() else text


@register.filter
def plural_errors(count: int) -> str:
    """Say how many errors there are."""
    words = ngettext("There is %d error. Please correct it.", "There are %d errors. Please correct them.", count)
    return words % count
