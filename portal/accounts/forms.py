"""What a person types to sign in."""

import wtforms

from portal.web.fields import TextField
from portal.web.forms import Form
from portal.web.i18n import lazy
from portal.web.validators import required


class SignInForm(Form):
    """E-mail and password; whether they fit together is not the form's to know."""

    email = TextField(
        lazy("E-mail"), [required(lazy("Write your e-mail."))], render_kw={"type": "email", "autocomplete": "username"}
    )
    password = wtforms.PasswordField(
        lazy("Password"), [required(lazy("Write your password."))], render_kw={"autocomplete": "current-password"}
    )
    next = wtforms.HiddenField()
