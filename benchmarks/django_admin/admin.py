"""The list, search and record of the portal as Django admin makes them."""

from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from benchmarks.django_admin.models import (
    Attachment,
    Enrollment,
    Group,
    Guardian,
    School,
    SchoolYear,
    Student,
    StudentGuardian,
)


class GuardianInline(admin.TabularInline):
    """The guardians of a student."""

    model = StudentGuardian
    raw_id_fields = ["guardian"]
    readonly_fields = ["id"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[StudentGuardian]:
        """Their names with one query."""
        return super().get_queryset(request).select_related("guardian")


class EnrollmentInline(admin.TabularInline):
    """The enrollments of a student."""

    model = Enrollment
    raw_id_fields = ["year", "group"]
    readonly_fields = ["id"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrollment]:
        """Their years and groups with one query."""
        return super().get_queryset(request).select_related("year", "group")


class AttachmentInline(admin.TabularInline):
    """The files of a student."""

    model = Attachment
    readonly_fields = ["id"]
    extra = 0


@admin.register(Student)
class StudentAdmin(admin.ModelAdmin):
    """The columns, filters and search of the portal's list."""

    list_display = ["__str__", "document_number", "group", "shift", "status", "guardian", "phone"]
    list_filter = ["grade", "status"]
    list_select_related = ["group", "guardian"]
    list_per_page = 50
    search_fields = ["first_name", "middle_names", "first_surname", "second_surname", "document_number"]
    raw_id_fields = ["school", "group", "guardian"]
    readonly_fields = ["id"]
    inlines = [GuardianInline, EnrollmentInline, AttachmentInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Student]:
        """All students; in the second run those of the person's school, whose id is the user's name."""
        found = super().get_queryset(request)
        return found.filter(school_id=UUID(request.user.get_username())) if settings.ONE_SCHOOL else found


admin.site.register([School, SchoolYear, Group, Guardian])
