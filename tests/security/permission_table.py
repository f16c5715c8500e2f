"""Which permission each route asks for: the line that a new route must have.

The table is written by hand on purpose. The guards say what the code does; this says what is meant.
"""

from portal.accounts.permissions import Permission

PUBLIC = "public"
SIGNED_IN = "signed in"
SUPERUSER = "superuser"

TABLE: dict[str, str] = {
    "applications.create": Permission.STUDENTS_IMPORT,
    "approvals.create": Permission.ENROLLMENTS_APPROVE,
    "checklists.edit": Permission.ENROLLMENTS_WRITE,
    "checklists.update": Permission.ENROLLMENTS_WRITE,
    "enrollments.create": Permission.ENROLLMENTS_WRITE,
    "enrollments.edit": Permission.ENROLLMENTS_WRITE,
    "enrollments.edit.place": Permission.ENROLLMENTS_WRITE,
    "enrollments.index": Permission.ENROLLMENTS_READ,
    "enrollments.new": Permission.ENROLLMENTS_WRITE,
    "enrollments.new.place": Permission.ENROLLMENTS_WRITE,
    "enrollments.show": Permission.ENROLLMENTS_READ,
    "enrollments.update": Permission.ENROLLMENTS_WRITE,
    "health.live": PUBLIC,
    "health.ready": PUBLIC,
    "home": SIGNED_IN,
    "imports.create": Permission.STUDENTS_IMPORT,
    "imports.index": Permission.STUDENTS_IMPORT,
    "imports.show": Permission.STUDENTS_IMPORT,
    "imports.wrong_rows": Permission.STUDENTS_IMPORT,
    "metrics": PUBLIC,
    "municipalities.index": SIGNED_IN,
    "preferences.update": PUBLIC,
    "returns.create": Permission.ENROLLMENTS_APPROVE,
    "reviews.index": Permission.ENROLLMENTS_APPROVE,
    "schools.index": SIGNED_IN,
    "schools.show": Permission.STUDENTS_READ,
    "sessions.create": PUBLIC,
    "sessions.destroy": PUBLIC,
    "sessions.new": PUBLIC,
    "students.create": Permission.STUDENTS_WRITE,
    "students.edit": Permission.STUDENTS_WRITE,
    "students.enrollments": Permission.ENROLLMENTS_READ,
    "students.index": Permission.STUDENTS_READ,
    "students.new": Permission.STUDENTS_WRITE,
    "students.new.guardian": Permission.STUDENTS_WRITE,
    "students.new.guardians": Permission.STUDENTS_WRITE,
    "students.new.likenesses": Permission.STUDENTS_WRITE,
    "students.new.place": Permission.STUDENTS_WRITE,
    "students.sections.edit": Permission.STUDENTS_WRITE,
    "students.sections.show": Permission.STUDENTS_READ,
    "students.sections.update": Permission.STUDENTS_WRITE,
    "students.show": Permission.STUDENTS_READ,
    "students.update": Permission.STUDENTS_WRITE,
    "submissions.create": Permission.ENROLLMENTS_WRITE,
    "ties.candidates": Permission.STUDENTS_WRITE,
    "ties.create": Permission.STUDENTS_WRITE,
    "ties.edit": Permission.STUDENTS_WRITE,
    "ties.index": Permission.STUDENTS_READ,
    "ties.new": Permission.STUDENTS_WRITE,
    "ties.removal": Permission.STUDENTS_WRITE,
    "ties.remove": Permission.STUDENTS_WRITE,
    "ties.update": Permission.STUDENTS_WRITE,
    "undos.batch": Permission.GROUPS_CHANGE,
    "undos.create": Permission.GROUPS_CHANGE,
}
