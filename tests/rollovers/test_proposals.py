"""What is proposed for each pupil, and who gets which seat: whatever the school looks like, no group is overfilled."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.catalogs.codes import Decision, Grade, Outcome, Shift
from portal.rollovers.proposals import Plan, Remark, Seats, propose

HERE, THERE, ONE = UUID(int=101), UUID(int=102), UUID(int=1)


@dataclass(frozen=True)
class Pupil:
    """A row of the closing year, as the repository gives it."""

    id: UUID = ONE
    grade: Grade = Grade.SIXTH
    group_code: str | None = "A"
    shift: Shift | None = Shift.MORNING
    campus_id: UUID | None = HERE
    outcome: Outcome | None = Outcome.PROMOTED
    chosen: Decision | None = None
    chosen_grade: Grade | None = None
    chosen_group_id: UUID | None = None
    without_group: bool = False
    next_number: str | None = None


def seats(number: int = 1, **given: Any) -> Seats:
    usual: dict[str, Any] = {
        "grade": Grade.SEVENTH,
        "code": "A",
        "shift": Shift.MORNING,
        "campus_id": HERE,
        "campus_name": "Here",
        "capacity": 2,
        "taken": 0,
    }
    return Seats(id=UUID(int=1000 + number), **usual | given)


def told(plan: Plan) -> list[tuple[str, str, list[Remark]]]:
    return [(each.decision.value, each.group.code if each.group else "", each.remarks) for each in plan.proposals]


def test_the_same_group_of_the_next_grade_comes_first() -> None:
    plan = propose([Pupil()], [seats(1, code="B", capacity=30), seats(2)])
    assert told(plan) == [("promote", "A", [])]


def test_else_one_with_room_at_the_same_campus_with_the_same_shift_first() -> None:
    groups = [
        seats(1, code="B", shift=Shift.AFTERNOON, capacity=30),
        seats(2, code="C", capacity=10),
        seats(3, code="D", campus_id=THERE, capacity=40),
    ]
    assert told(propose([Pupil()], groups)) == [("promote", "C", [Remark.OTHER_GROUP])]


def test_else_the_grade_at_another_campus() -> None:
    fifth = Pupil(grade=Grade.FIFTH)
    plan = propose([fifth], [seats(1, grade=Grade.SIXTH, campus_id=THERE)])
    assert told(plan) == [("promote", "A", [Remark.OTHER_CAMPUS])]


def test_else_it_says_what_is_missing() -> None:
    full = [seats(1, capacity=1, taken=1)]
    assert told(propose([Pupil()], full)) == [("promote", "", [Remark.NO_SEAT])]
    assert told(propose([Pupil(grade=Grade.NINTH)], full)) == [("promote", "", [Remark.NO_GROUP])]
    assert told(propose([Pupil(grade=Grade.ACCELERATION)], full)) == [("promote", "", [Remark.NO_GRADE])]


def test_whoever_goes_on_in_a_group_does_not_lose_the_seat_to_others() -> None:
    stranger, own = Pupil(group_code="Z"), Pupil(id=UUID(int=2))
    plan = propose([stranger, own], [seats(1, capacity=1)])
    assert told(plan) == [("promote", "", [Remark.NO_SEAT]), ("promote", "A", [])]


def test_a_choice_comes_before_all() -> None:
    own = Pupil()
    put_here = Pupil(id=UUID(int=2), chosen=Decision.PROMOTE, chosen_grade=Grade.SEVENTH, chosen_group_id=seats(1).id)
    plan = propose([own, put_here], [seats(1, capacity=1)])
    assert told(plan) == [("promote", "", [Remark.NO_SEAT]), ("promote", "A", [])]


def test_outcomes_decide_and_the_last_grade_graduates() -> None:
    cases = {
        (Grade.SIXTH, Outcome.PROMOTED): Decision.PROMOTE,
        (Grade.SIXTH, Outcome.REPEATING): Decision.REPEAT,
        (Grade.SIXTH, None): Decision.PROMOTE,
        (Grade.ELEVENTH, Outcome.GRADUATED): Decision.GRADUATE,
        (Grade.ELEVENTH, Outcome.PROMOTED): Decision.GRADUATE,
        (Grade.ELEVENTH, Outcome.REPEATING): Decision.REPEAT,
        (Grade.ELEVENTH, None): Decision.GRADUATE,
        (Grade.TRANSICION, Outcome.PROMOTED): Decision.PROMOTE,
    }
    for (grade, outcome), decision in cases.items():
        [proposal] = propose([Pupil(grade=grade, outcome=outcome)], []).proposals
        assert proposal.decision == decision, (grade, outcome)
        assert (Remark.NO_OUTCOME in proposal.remarks) == (outcome is None)


GRADES = st.sampled_from([Grade.FIFTH, Grade.SIXTH, Grade.ELEVENTH, Grade.ACCELERATION])
CODES = st.sampled_from(["A", "B"])
SHIFTS = st.sampled_from([Shift.MORNING, Shift.AFTERNOON])
CAMPUSES = st.sampled_from([HERE, THERE])
PUPILS = st.lists(
    st.builds(
        Pupil,
        grade=GRADES,
        group_code=st.none() | CODES,
        shift=SHIFTS,
        campus_id=CAMPUSES,
        outcome=st.none() | st.sampled_from(Outcome),
        chosen=st.none() | st.sampled_from(Decision),
        chosen_group_id=st.none() | st.builds(lambda number: UUID(int=1000 + number), st.integers(0, 5)),
        next_number=st.none() | st.just("2027-00001"),
    ),
    max_size=25,
)
GROUPS = st.lists(st.tuples(GRADES, CODES, SHIFTS, CAMPUSES, st.integers(0, 4), st.integers(0, 5)), max_size=6).map(
    lambda groups: [
        seats(number, grade=grade, code=code, shift=shift, campus_id=campus, capacity=capacity, taken=taken)
        for number, (grade, code, shift, campus, capacity, taken) in enumerate(groups)
    ]
)


@given(PUPILS, GROUPS)
def test_nobody_is_lost_and_no_group_is_overfilled(pupils: list[Pupil], groups: list[Seats]) -> None:
    pupils = [replace(pupil, id=UUID(int=number)) for number, pupil in enumerate(pupils)]
    plan = propose(pupils, [replace(group) for group in groups])
    assert [each.pupil for each in plan.proposals] == pupils
    assert sum(plan.counts.values()) == len(pupils)
    for group in plan.groups:
        sitting = [each for each in plan.proposals if each.group is group]
        assert len(sitting) == group.proposed
        assert group.proposed == 0 or group.taken + group.proposed <= group.capacity
    for proposal in plan.proposals:
        assert proposal.group is None or proposal.enrolls
        assert not proposal.enrolls or (proposal.group is None) == (proposal.problem is not None)
    assert propose(pupils, [replace(group) for group in groups]).fingerprint == plan.fingerprint
