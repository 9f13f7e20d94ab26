"""Adding documents."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from casefiles.models import Document


class SeveralFilesInput(forms.ClearableFileInput):
    """A file input that takes more than one file."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or more files, none of them empty."""

    widget = SeveralFilesInput
    default_error_messages = {
        "required": _("Choose a file."),
        "empty": _("This file is empty. Choose another one."),
        "max_length": _("The name of this file is too long. Give it a shorter name first."),
    }

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Check every file; return them in the order in which they came."""
        several = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFilesField, self).clean(each, initial) for each in several or [None]]


class DocumentForm(forms.Form):
    """Files to add. The category comes first in the page, so that it is there when the files arrive."""

    use_required_attribute = False

    category = forms.ChoiceField(label=_("Category"), choices=Document.Category.choices)
    treatment_secret = forms.BooleanField(
        label=_("Treatment secrecy: only treating professionals of this dossier see this"), required=False
    )
    documents = SeveralFilesField(label=_("Files"), max_length=200)

    def __init__(self, *args: Any, treats: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if not treats:
            del self.fields["treatment_secret"]
        limit = filesizeformat(settings.MAX_UPLOAD_BYTES)
        self.fields["documents"].help_text = _("At most %(limit)s at a time.") % {"limit": limit}


def category_label(code: str) -> str:
    """Return the words for a category; one that an older system brought along stays as it is."""
    return str(dict(Document.Category.choices).get(code, code))
