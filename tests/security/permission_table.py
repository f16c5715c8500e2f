"""Which permission each route asks for: the line that a new route must have.

The table is written by hand on purpose. The guards say what the code does; this says what is meant.
"""

from portal.accounts.permissions import Permission

PUBLIC = "public"
SIGNED_IN = "signed in"
SUPERUSER = "superuser"

TABLE: dict[str, str] = {
    "approvals.create": Permission.ENROLLMENTS_APPROVE,
    "enrollments.create": Permission.ENROLLMENTS_WRITE,
    "enrollments.edit": Permission.ENROLLMENTS_WRITE,
    "enrollments.index": Permission.ENROLLMENTS_READ,
    "enrollments.new": Permission.ENROLLMENTS_WRITE,
    "enrollments.show": Permission.ENROLLMENTS_READ,
    "enrollments.update": Permission.ENROLLMENTS_WRITE,
    "applications.create": Permission.STUDENTS_IMPORT,
    "health.live": PUBLIC,
    "health.ready": PUBLIC,
    "home": SIGNED_IN,
    "imports.create": Permission.STUDENTS_IMPORT,
    "imports.index": Permission.STUDENTS_IMPORT,
    "imports.show": Permission.STUDENTS_IMPORT,
    "imports.wrong_rows": Permission.STUDENTS_IMPORT,
    "metrics": PUBLIC,
    "preferences.update": PUBLIC,
    "returns.create": Permission.ENROLLMENTS_APPROVE,
    "reviews.index": Permission.ENROLLMENTS_APPROVE,
    "schools.index": SIGNED_IN,
    "schools.show": Permission.STUDENTS_READ,
    "sessions.create": PUBLIC,
    "sessions.destroy": PUBLIC,
    "sessions.new": PUBLIC,
    "submissions.create": Permission.ENROLLMENTS_WRITE,
}
