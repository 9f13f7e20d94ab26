"""The forms that begin an import: a zip from the own computer, or a package that lies ready on the server."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """One zip file. Its content is received and sealed before this form sees it; the form judges name and size."""

    package = forms.FileField(
        label=_("Zip file"),
        help_text=_("The zip of the package's folder, without a password."),
        error_messages={
            "required": _("Choose the zip file of the package."),
            "empty": _("This file is empty. Choose the zip file of the package."),
        },
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )


class FolderForm(forms.Form):
    """One of the packages in the intake folder."""

    folder = forms.ChoiceField(
        label=_("Package"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a package."),
            "invalid_choice": _("This package is no longer in the intake folder. Choose another one."),
        },
    )

    def __init__(self, folders: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["folder"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, name) for name in folders]
