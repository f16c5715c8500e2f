"""Make Django's own tables, and a signed-in user for each school; prints {school's id: session key} as JSON."""

import json

import django
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command


def main() -> None:
    """Run with DJANGO_SETTINGS_MODULE set."""
    django.setup()
    call_command("migrate", verbosity=0)

    from benchmarks.django_admin.models import School  # noqa: PLC0415 - models are known after the set-up

    print(json.dumps({str(school.id): sign_in(str(school.id)) for school in School.objects.order_by("id")}))


def sign_in(name: str) -> str:
    """The key of a new session of a superuser with this name, made if absent."""
    user, _ = get_user_model().objects.get_or_create(username=name, defaults={"is_staff": True, "is_superuser": True})
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


main()
