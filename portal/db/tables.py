"""Imports every model, so that the metadata is whole: for Alembic and for the mapper's names."""

import portal.accounts.models
import portal.attachments.models
import portal.audit.recording
import portal.drafts.models
import portal.duplicates.models
import portal.enrollments.models
import portal.groups.models
import portal.guardians.models
import portal.interchange.models
import portal.merging.models
import portal.rollovers.models
import portal.schools.models
import portal.students.models
import portal.views.models
import portal.web.sent_forms
import portal.years.models  # noqa: F401
from portal.db.base import Base

metadata = Base.metadata
