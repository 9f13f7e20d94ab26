"""What a person may ask of the list of dossiers, and under which name they keep it."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from casefiles import listing
from casefiles.models import SavedView, User

MOST_VIEWS = 20


class FilterForm(forms.Form):
    """The registered filters that have choices for this person. What is no choice is as if it were not asked."""

    def __init__(self, data: QueryDict, user: User) -> None:
        super().__init__(data)
        for one in listing.filters():
            if choices := one.choices(user):
                self.fields[one.name] = forms.ChoiceField(
                    label=str(one.label), required=False, choices=[("", _("All")), *choices]
                )

    def chosen(self) -> dict[str, str]:
        """Return the valid filters by name and value, in the order of the form."""
        self.is_valid()
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name, ""))}

    def label_of(self, name: str, value: str) -> tuple[str, str]:
        """Return the words of a filter and of one of its values."""
        field: Any = self.fields[name]
        return str(field.label), str(dict(field.choices)[value])


def wanted(data: QueryDict, form: FilterForm, user: User) -> listing.Wanted:
    """Return what the address asks: filters, `sort` ("reference" or "-change") and `at`, the place of the page."""
    name = data.get("sort", "-change")
    known = {sort.name for sort in listing.sorts(user)}
    sort, descending = (name.removeprefix("-"), name.startswith("-"))
    if sort not in known:
        sort, descending = "change", True
    return listing.Wanted(form.chosen(), sort, descending, _place(data.get("at", ""), sort))


def _place(text: str, sort: str) -> listing.Cursor | None:
    """Return the place of a page; None, the first page, when the key is none of this order."""
    cursor = listing.Cursor.parse(text)
    return cursor if cursor and listing.sort(sort).takes(cursor.key) else None


def query_of(asked: listing.Wanted) -> str:
    """Return filters and order as the query string of an address; it holds no personal data."""
    order = ("-" if asked.descending else "") + asked.sort
    return urlencode({**asked.filters, **({} if order == "-change" else {"sort": order})})


class SaveViewForm(forms.Form):
    """A name for the list as it stands now."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name of this view"), max_length=60)
    query = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_query(self) -> str:
        """Keep only what the list knows: no other parameter of an address can come in with it."""
        data = QueryDict(self.cleaned_data["query"])
        return query_of(wanted(data, FilterForm(data, self.user), self.user))

    def clean(self) -> dict[str, Any]:
        """Refuse more views than anyone finds back; saving under an existing name replaces that one."""
        views = SavedView.objects.filter(user=self.user)
        if views.exclude(name=self.cleaned_data.get("name", "")).count() >= MOST_VIEWS:
            raise forms.ValidationError(_("You have %d saved views. Remove one first.") % MOST_VIEWS)
        return self.cleaned_data

    def save(self) -> SavedView:
        """Save or replace the view."""
        view, _made = SavedView.objects.update_or_create(
            user=self.user, name=self.cleaned_data["name"], defaults={"query": self.cleaned_data["query"]}
        )
        return view
