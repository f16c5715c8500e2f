"""What a person types to sign in."""

import wtforms

from portal.web.forms import Form, TextField, required
from portal.web.i18n import lazy


class SignInForm(Form):
    """E-mail and password; whether they fit together is not the form's to know."""

    email = TextField(
        lazy("E-mail"), [required(lazy("Write your e-mail."))], render_kw={"type": "email", "autocomplete": "username"}
    )
    password = wtforms.PasswordField(
        lazy("Password"), [required(lazy("Write your password."))], render_kw={"autocomplete": "current-password"}
    )
    next = wtforms.HiddenField()
