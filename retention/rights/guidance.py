"""Who may ask, by age and law, as guidance on the form (JW 7.3.9, 7.3.11, 7.3.15; WMO 5.3.2, 5.3.5). No verdict."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Line:
    """Who may ask at one age, under the Youth Act and under the Wmo or at Veilig Thuis."""

    age: str | Promise
    youth_act: str | Promise
    wmo: str | Promise


TABLE = (
    Line(
        _("under 12"),
        _("parents with authority, or the guardian"),
        _("the representative; a request of the child itself is not taken up"),
    ),
    Line(
        _("12 to 15, competent"),
        _("the young person; parents with authority may inspect as well. Destruction is the young person's to ask."),
        _("the young person; a representative may inspect unless the young person's interest opposes"),
    ),
    Line(_("12 and over, not competent"), _("parents or the guardian"), _("the representative")),
    Line(
        _("16 and 17"),
        _("the young person; parents only with the young person's consent"),
        _("the young person; parents only with the young person's consent"),
    ),
    Line(
        _("18 and over"),
        _("the person; else curator or mentor, a written proxy, the partner, a parent, child, sibling or grandparent"),
        _("the person or the representative"),
    ),
)
