"""Tells each pupil's story as enrollments, which come to their status by the moves that people would make."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, WithdrawalReason
from portal.demo.frame import Frame
from portal.demo.luck import Luck
from portal.demo.places import Place
from portal.demo.stories import Story
from portal.enrollments.models import Enrollment
from portal.enrollments.moves import begin, move
from portal.groups.models import Group
from portal.students.models import Student
from portal.years.models import SchoolYear

_NOTES = (
    "Trae el boletín del año anterior. El paz y salvo llega el lunes.",
    "La familia se pasó de barrio en junio; tiene el recibo de servicios al día.",
    "Viene de otro municipio y ya cursó el tercer periodo.",
    "La madre pide el mismo grupo de su prima.",
    "Falta la fotocopia del documento del acudiente; la traen esta semana.",
)
_PREVIOUS_SCHOOLS = ("I.E. Fe y Alegría de Belén", "I.E. San Roberto", "C.E. La Esperanza", "Colegio Los Almendros")
_SENT_BACK = (
    "Falta la fotocopia del documento del acudiente.",
    "El registro civil no se lee. Escanéelo otra vez, por favor.",
    "El grado pedido no corresponde al último boletín.",
    "Falta el certificado de afiliación a la EPS.",
)
_LEFT = (
    (WithdrawalReason.MOVED, "La familia se mudó a otro municipio."),
    (WithdrawalReason.OTHER, "Retiro voluntario firmado por el acudiente."),
    (WithdrawalReason.FAMILY, "Cambio de jornada de trabajo de la madre."),
)
_MOVED_AWAY = ("Traslado a la I.E. San Roberto, de Bello.", "Traslado a un colegio privado de Envigado.")


class Office:
    """The secretary who asks and the principal who decides, with the numbers that they give out."""

    def __init__(self, frame: Frame, luck: Luck, *, secretary: UUID, principal: UUID, now: datetime) -> None:
        """What waits has waited until ``now``; what is done was done on days that are always the same."""
        self._frame = frame
        self._luck = luck
        self._secretary = secretary
        self._principal = principal
        self._now = now

    def tell(self, student: Student, place: Place) -> list[Enrollment]:
        """The enrollments of a pupil with this story."""
        group = place.group
        match place.story:
            case Story.ATTENDS:
                return [self._attends(student, group)]
            case Story.ATTENDS_AND_ASKS_FOR_NEXT_YEAR:
                return [self._attends(student, group), self._asks(student, self._following(group))]
            case Story.ASKS_FOR_THIS_YEAR | Story.ASKS_FOR_NEXT_YEAR:
                enrollment = self._asks(student, group)
                enrollment.previous_school = self._sometimes(0.6, _PREVIOUS_SCHOOLS)
                return [enrollment]
            case Story.SENT_BACK:
                return [self._is_sent_back(student, group)]
            case Story.BEGUN:
                return [self._begun(student, group, self._hours_ago(2, 50))]
            case Story.LEFT:
                return [self._leaves(student, group)]
            case Story.MOVED_AWAY:
                return [self._goes(student, group, Status.TRANSFERRED, _MOVED_AWAY)]
            case Story.NOT_ENROLLED:
                return []

    def _attends(self, student: Student, group: Group) -> Enrollment:
        enrollment = self._begun(student, group, asked := self._admission_day())
        move(enrollment, Status.SUBMITTED, by=self._secretary, at=asked + timedelta(minutes=12))
        enrollment.starts_on = self._frame.this_year.starts_on
        move(enrollment, Status.ACTIVE, by=self._principal, at=asked + timedelta(days=self._luck.randint(1, 6)))
        return enrollment

    def _leaves(self, student: Student, group: Group) -> Enrollment:
        enrollment = self._attends(student, group)
        day = self._luck.day_between(date(2026, 2, 16), date(2026, 10, 30))
        at = self._office_hour(day)
        cause, note = self._luck.choice(_LEFT)
        move(
            enrollment,
            Status.WITHDRAWN,
            by=self._secretary,
            at=at,
            reason=note,
            withdrawal_reason=cause,
            ends_on=day,
        )
        return enrollment

    def _goes(self, student: Student, group: Group, to: Status, reasons: tuple[str, ...]) -> Enrollment:
        enrollment = self._attends(student, group)
        enrollment.ends_on = self._luck.day_between(date(2026, 2, 16), date(2026, 10, 30))
        at = self._office_hour(enrollment.ends_on)
        move(enrollment, to, by=self._secretary, at=at, reason=self._luck.choice(reasons))
        return enrollment

    def _asks(self, student: Student, group: Group) -> Enrollment:
        return self._asked(student, group, self._hours_ago(1, 74))

    def _is_sent_back(self, student: Student, group: Group) -> Enrollment:
        enrollment = self._asked(student, group, self._hours_ago(150, 320))
        reason = self._luck.choice(_SENT_BACK)
        move(enrollment, Status.RETURNED, by=self._principal, at=self._hours_ago(30, 140), reason=reason)
        return enrollment

    def _asked(self, student: Student, group: Group, asked: datetime) -> Enrollment:
        enrollment = self._begun(student, group, asked - timedelta(minutes=9))
        enrollment.note = self._sometimes(0.4, _NOTES)
        move(enrollment, Status.SUBMITTED, by=self._secretary, at=asked)
        return enrollment

    def _begun(self, student: Student, group: Group, at: datetime) -> Enrollment:
        year = self._year_of(group)
        year.last_number += 1
        enrollment = Enrollment(
            school_id=student.school_id,
            id=self._luck.new_id(),
            number=f"{year.name}-{year.last_number:05}",
            student_id=student.id,
            year_id=year.id,
            grade=group.grade,
            group_id=group.id,
            campus_id=group.campus_id,
            shift=group.shift,
        )
        begin(enrollment, by=self._secretary, at=at)
        return enrollment

    def _following(self, group: Group) -> Group:
        """The group of the next year that this one becomes."""
        return self._frame.group(self._frame.next_year, Grade(group.grade + 1), group.code)

    def _year_of(self, group: Group) -> SchoolYear:
        return self._frame.this_year if group.year_id == self._frame.this_year.id else self._frame.next_year

    def _admission_day(self) -> datetime:
        return self._office_hour(self._luck.day_between(date(2025, 11, 4), date(2026, 1, 9)))

    def _office_hour(self, day: date) -> datetime:
        """Between eight and four in Colombia, which is five hours behind UTC."""
        return datetime.combine(day, time(13, 0), UTC) + timedelta(minutes=self._luck.randint(0, 480))

    def _hours_ago(self, least: float, most: float) -> datetime:
        return self._now - timedelta(hours=self._luck.uniform(least, most))

    def _sometimes(self, share: float, texts: tuple[str, ...]) -> str | None:
        return self._luck.choice(texts) if self._luck.happens(share) else None
