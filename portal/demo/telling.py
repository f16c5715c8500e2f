"""What to tell whoever had the demo made: the schools, and how to sign in to them."""

from collections.abc import Iterable

from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from portal.demo import Made


def told(made: Iterable[Made]) -> list[str]:
    """Lines for a terminal."""
    schools = [
        f"{school.name} (/schools/{school.slug}): {school.students} students, {school.waiting} enrollments to review"
        for school in made
    ]
    accounts = [
        f"  {account['email']:<28}{account['role']}{' of ' + account['school'] if account['school'] else ''}"
        for account in DEMO_ACCOUNTS
    ]
    return [*schools, "", f"Sign in with the password {DEMO_PASSWORD} as", *accounts]
