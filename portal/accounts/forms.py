"""What a person types to sign in, to ask others in, and to come in."""

from collections.abc import Iterable
from typing import Any

import wtforms
from wtforms import validators as base

from portal.accounts.passwords import LONGEST, SHORTEST
from portal.accounts.permissions import ROLE_LABELS, SCHOOL_ROLES, Role
from portal.web.fields import ChoiceField, IdField, TextField
from portal.web.forms import Form
from portal.web.i18n import _, format_list, lazy
from portal.web.validators import at_most, email_like, required


class SignInForm(Form):
    """E-mail and password; whether they fit together is not the form's to know."""

    email = TextField(
        lazy("E-mail"), [required(lazy("Write your e-mail."))], render_kw={"type": "email", "autocomplete": "username"}
    )
    password = wtforms.PasswordField(
        lazy("Password"), [required(lazy("Write your password."))], render_kw={"autocomplete": "current-password"}
    )
    next = wtforms.HiddenField()
    #: a form that was sent after the session had ended, sealed
    typed = wtforms.HiddenField()


class RolesField(wtforms.Field):
    """One role in the school, or several; sent one by one, or together with commas between them."""

    def process_data(self, value: Iterable[str] | None) -> None:
        """Show the row's, in the order of the table."""
        self.data = _in_order(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take those that exist in a school; anything else is refused."""
        sent = {role.strip() for each in valuelist for role in str(each).split(",") if role.strip()}
        self.data = _in_order(sent)
        if sent - set(self.data):
            raise ValueError(_("Choose among the roles of the list."))

    def in_words(self) -> str:
        """The labels of the roles."""
        return format_list(str(ROLE_LABELS[Role(role)]) for role in self.data)

    def _value(self) -> str:
        return ",".join(self.data)


class RolesForm(Form):
    """What a member may do."""

    roles = RolesField(lazy("Roles"), [required(lazy("Choose at least one role."))])

    def changes(self, row: Any) -> dict[str, tuple[Any, Any]]:
        """The roles, if they differ; their order says nothing."""
        kept = _in_order(row.roles)
        return {"roles": (kept, self.roles.data)} if kept != self.roles.data else {}


class InviteForm(RolesForm):
    """Whom to ask in, and for what."""

    email = TextField(
        lazy("E-mail"),
        [required(), at_most(254), email_like],
        description=lazy("With it the person signs in"),
        render_kw={"type": "email"},
    )
    full_name = TextField(
        lazy("Full name"),
        [required(), at_most(200)],
        description=lazy("An account that exists keeps its name"),
    )
    # Once more, so that it comes last, as on the page.
    roles = RolesField(lazy("Roles"), [required(lazy("Choose at least one role."))])


class HandoverForm(Form):
    """Who becomes principal, and what the one who was stays as."""

    LEAVE = "leave"

    member_id = IdField(
        lazy("New principal"), [required(lazy("Choose who becomes principal."))], blank=lazy("Choose a member")
    )
    stay_as = ChoiceField(
        lazy("And you"), [required(lazy("Choose what you stay as."))], blank=lazy("Choose what you stay as")
    )

    def offer(self, members: Iterable[tuple[Any, str]]) -> None:
        """``members`` are ``(id, name)`` of those who can take the school over."""
        self.member_id.offer(members)
        roles = [(role, _("I stay as: %(role)s") % {"role": ROLE_LABELS[role]}) for role in SCHOOL_ROLES[1:]]
        self.stay_as.offer([*roles, (self.LEAVE, _("I leave the school"))])


class NewPasswordForm(Form):
    """A password, twice, so that nobody is locked out by a slip."""

    password = wtforms.PasswordField(
        lazy("Password"),
        [
            required(lazy("Write a password.")),
            base.Length(SHORTEST, LONGEST, lazy("It must have at least 12 characters, and at most 200.")),
        ],
        description=lazy("At least 12 characters. A few words that only you would put together are best."),
        render_kw={"autocomplete": "new-password"},
    )
    password_again = wtforms.PasswordField(
        lazy("The same password again"),
        [base.EqualTo("password", lazy("The two are not the same. Write the password again."))],
        render_kw={"autocomplete": "new-password"},
    )


def _in_order(roles: Iterable[str]) -> list[str]:
    wanted = set(roles)
    return [role.value for role in SCHOOL_ROLES if role.value in wanted]
