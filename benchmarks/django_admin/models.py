"""The tables of data/django.sql."""

from django.db import models


class Record(models.Model):
    """A row keyed by `id` alone: the admin knows no composite keys."""

    id = models.UUIDField(primary_key=True)

    class Meta:
        """Made by data/django.sql, not by migrations."""

        abstract = True
        managed = False


class Person(Record):
    """What students and guardians share."""

    document_type = models.CharField(max_length=4)
    document_number = models.CharField(max_length=20)
    first_surname = models.CharField(max_length=60)
    second_surname = models.CharField(max_length=60, blank=True, null=True)
    first_name = models.CharField(max_length=60)
    middle_names = models.CharField(max_length=120, blank=True, null=True)
    phone = models.CharField(max_length=40, blank=True, null=True)

    class Meta(Record.Meta):
        """Abstract as well."""

        abstract = True

    def __str__(self) -> str:
        """Surnames first, as the list shows it."""
        surnames = " ".join(filter(None, (self.first_surname, self.second_surname)))
        return f"{surnames}, {' '.join(filter(None, (self.first_name, self.middle_names)))}"


class School(Record):
    """A school."""

    name = models.CharField(max_length=200)

    class Meta(Record.Meta):
        """The table."""

        db_table = "school"

    def __str__(self) -> str:
        """Its name."""
        return self.name


class SchoolYear(Record):
    """A school year."""

    school = models.ForeignKey(School, models.DO_NOTHING)
    name = models.CharField(max_length=20)

    class Meta(Record.Meta):
        """The table."""

        db_table = "school_year"

    def __str__(self) -> str:
        """Such as 2026."""
        return self.name


class Group(Record):
    """A class."""

    school = models.ForeignKey(School, models.DO_NOTHING)
    grade = models.SmallIntegerField()
    code = models.CharField(max_length=20)

    class Meta(Record.Meta):
        """The table."""

        db_table = "school_group"

    def __str__(self) -> str:
        """Such as 6.º 01."""
        return f"{self.grade}.º {self.code}"


class Guardian(Person):
    """An adult who answers for students."""

    school = models.ForeignKey(School, models.DO_NOTHING)
    occupation = models.CharField(max_length=120, blank=True, null=True)

    class Meta(Person.Meta):
        """The table."""

        abstract = False
        db_table = "guardian"


class Status(models.TextChoices):
    """Of an enrollment."""

    DRAFT = "draft", "Borrador"
    SUBMITTED = "submitted", "Por revisar"
    RETURNED = "returned", "Devuelta"
    ACTIVE = "active", "Activa"
    COMPLETED = "completed", "Terminada"
    WITHDRAWN = "withdrawn", "Retirada"
    TRANSFERRED = "transferred", "Trasladada"
    CANCELLED = "cancelled", "Anulada"


class Student(Person):
    """A pupil, with this year's place and the first guardian in the same row."""

    school = models.ForeignKey(School, models.DO_NOTHING)
    birth_date = models.DateField(blank=True, null=True)
    birth_municipality_code = models.CharField(max_length=5, blank=True, null=True)
    gender = models.CharField(max_length=1, blank=True, null=True, choices=[("F", "Femenino"), ("M", "Masculino")])
    country_code = models.CharField(max_length=3, blank=True, null=True)
    address = models.CharField(max_length=200, blank=True, null=True)
    neighborhood = models.CharField(max_length=120, blank=True, null=True)
    municipality_code = models.CharField(max_length=5, blank=True, null=True)
    zone = models.CharField(max_length=5, blank=True, null=True, choices=[("urban", "Urbana"), ("rural", "Rural")])
    email = models.EmailField(blank=True, null=True)
    eps = models.CharField(max_length=120, blank=True, null=True)
    blood_type = models.CharField(max_length=3, blank=True, null=True)
    allergies = models.CharField(max_length=500, blank=True, null=True)
    per_id = models.CharField(max_length=20, blank=True, null=True)
    stratum = models.SmallIntegerField(blank=True, null=True)
    sisben = models.CharField(max_length=12, blank=True, null=True)
    sort_name = models.TextField(editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    grade = models.SmallIntegerField(blank=True, null=True, choices=[(grade, f"{grade}.º") for grade in range(1, 12)])
    group = models.ForeignKey(Group, models.DO_NOTHING, blank=True, null=True)
    shift = models.CharField(max_length=9, blank=True, null=True)
    status = models.CharField(max_length=11, blank=True, null=True, choices=Status.choices)
    guardian = models.ForeignKey(Guardian, models.DO_NOTHING, blank=True, null=True, related_name="+")

    class Meta(Person.Meta):
        """The table."""

        abstract = False
        db_table = "student"
        ordering = ["sort_name", "id"]


class StudentGuardian(Record):
    """What a guardian is to a student."""

    student = models.ForeignKey(Student, models.DO_NOTHING)
    guardian = models.ForeignKey(Guardian, models.DO_NOTHING)
    relationship = models.CharField(max_length=14)
    is_primary = models.BooleanField()
    is_legal_representative = models.BooleanField()
    contact_order = models.SmallIntegerField()

    class Meta(Record.Meta):
        """The table."""

        db_table = "student_guardian"


class Enrollment(Record):
    """A student's place in a year."""

    student = models.ForeignKey(Student, models.DO_NOTHING)
    year = models.ForeignKey(SchoolYear, models.DO_NOTHING)
    group = models.ForeignKey(Group, models.DO_NOTHING, blank=True, null=True)
    number = models.CharField(max_length=20)
    grade = models.SmallIntegerField()
    shift = models.CharField(max_length=9, blank=True, null=True)
    starts_on = models.DateField(blank=True, null=True)
    status = models.CharField(max_length=11, choices=Status.choices)

    class Meta(Record.Meta):
        """The table."""

        db_table = "enrollment"


class Attachment(Record):
    """A file of a student."""

    student = models.ForeignKey(Student, models.DO_NOTHING)
    kind = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.IntegerField()
    received_at = models.DateTimeField()

    class Meta(Record.Meta):
        """The table."""

        db_table = "attachment"
