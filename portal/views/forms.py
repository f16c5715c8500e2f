"""What a person types about a view."""

from portal.catalogs.codes import Code
from portal.web.fields import CheckField, CodeField, TextField
from portal.web.forms import Form
from portal.web.i18n import lazy
from portal.web.validators import at_most, required


class Whose(Code):
    """Who sees a view among their tabs."""

    MINE = "mine", lazy("Only me")
    SCHOOL = "school", lazy("Everybody in the school")


class ViewForm(Form):
    """The name of a view, whose it is, and whether the list opens with it."""

    name = TextField(
        lazy("Name"),
        [required(lazy("Write a name for the view.")), at_most(60)],
        description=lazy("It becomes a tab above the list."),
    )
    whose = CodeField(lazy("Who sees it"), Whose, [required(lazy("Choose one of the list."))], default=Whose.MINE)
    is_start = CheckField(
        lazy("Open the list with this view"),
        description=lazy("A view of the school opens so for everybody who has not chosen another."),
    )


class ViewChangeForm(ViewForm):
    """The same of a view that there is; it can also take what the list shows now."""

    replaces = CheckField(lazy("Let it show what the list shows now"))
