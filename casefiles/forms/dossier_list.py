"""What a person may ask of the list of dossiers, and under which name they keep it."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from casefiles import listing
from casefiles.access import METADATA_ROLES
from casefiles.listing import columns
from casefiles.models import SavedView, User

MOST_VIEWS = 20


class FilterForm(forms.Form):
    """The registered filters that have choices for this person. What is no choice is as if it were not asked."""

    def __init__(self, data: QueryDict, user: User) -> None:
        super().__init__(data)
        self.of_everybody = user.role in METADATA_ROLES
        self.own_teams: listing.Choices = []
        for one in listing.filters():
            if choices := one.choices(user):
                if one.name == "team" and not self.of_everybody:
                    self.own_teams = choices
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
    """Return what the address asks: filters, `sort` ("reference" or "-change"), `columns` ("status.term") and `at`."""
    name = data.get("sort", "-change")
    known = {sort.name for sort in listing.sorts(user)}
    sort, descending = (name.removeprefix("-"), name.startswith("-"))
    if sort not in known:
        sort, descending = "change", True
    shown = columns.read(user, data.get("columns", ""))
    return listing.Wanted(form.chosen(), sort, descending, _place(data.get("at", ""), sort), columns=shown)


def _place(text: str, sort: str) -> listing.Cursor | None:
    """Return the place of a page; None, the first page, when the key is none of this order."""
    cursor = listing.Cursor.parse(text)
    return cursor if cursor and listing.sort(sort).takes(cursor.key) else None


def query_of(asked: listing.Wanted) -> str:
    """Return what is asked, but for the place, as the query string of an address; it holds no personal data."""
    order = ("-" if asked.descending else "") + asked.sort
    more = {"sort": "" if order == "-change" else order, "columns": columns.written(asked.columns)}
    return urlencode({**asked.filters, **{name: value for name, value in more.items() if value}, **_found(asked)})


def _found(asked: listing.Wanted) -> dict[str, str]:
    return {"found": asked.search} if asked.search else {}


def cleaned(query: str, user: User) -> str:
    """Return of a query string only what the list knows: no other parameter of an address can come in with it."""
    data = QueryDict(query)
    return query_of(wanted(data, FilterForm(data, user), user))


class ColumnsForm(forms.Form):
    """Which columns the table has; none is as if nobody had chosen."""

    column = forms.MultipleChoiceField(label=_("Columns"), required=False, widget=forms.CheckboxSelectMultiple)
    query = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, user: User, shown: tuple[str, ...] = ()) -> None:
        super().__init__(data, initial={"column": shown})
        self.user = user
        field = self.fields["column"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = list(columns.offered(user).items())

    def save(self) -> str:
        """Keep the columns with the person, and return the address's query with them. Only for a valid form."""
        shown = columns.picked(self.user, self.cleaned_data["column"])
        User.objects.filter(pk=self.user.pk).update(columns=columns.written(shown))
        data = QueryDict(self.cleaned_data["query"])
        asked = wanted(data, FilterForm(data, self.user), self.user)
        return query_of(replace(asked, columns=shown, search=data.get("found", "")))


class SaveViewForm(forms.Form):
    """A name for the list as it stands now."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name of this view"), max_length=60)
    query = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_query(self) -> str:
        """Keep only what the list knows."""
        return cleaned(self.cleaned_data["query"], self.user)

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
