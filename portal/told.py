"""All that a school's history tells of, in the words that each feature has declared for its own records."""

from portal.accounts.told import INVITATION, MEMBER, USER
from portal.attachments.told import ATTACHMENT
from portal.audit.telling import Tellings
from portal.enrollments.told import ENROLLMENT
from portal.groups.told import GROUP
from portal.guardians.told import GUARDIAN, TIE
from portal.schools.told import CAMPUS, SCHOOL, SETTINGS
from portal.students.told import STUDENT
from portal.years.told import PERIOD, YEAR

TELLINGS = Tellings(
    STUDENT,
    GUARDIAN,
    TIE,
    ENROLLMENT,
    ATTACHMENT,
    GROUP,
    YEAR,
    PERIOD,
    CAMPUS,
    MEMBER,
    INVITATION,
    SCHOOL,
    SETTINGS,
    users=USER,
)
