"""Which pupils the preview of a roll-over shows: read from an address, and written into addresses again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from litestar.datastructures import MultiDict

from portal.catalogs.codes import Decision, Grade
from portal.catalogs.text import folded
from portal.rollovers.proposals import Proposal, Remark
from portal.web.reading import parse_id, typed_query

PREVIEW, PROBLEMS, APPLY = "", "problems", "apply"
STEPS = (PREVIEW, PROBLEMS, APPLY)
ENROLLED = "enrolled"
KINDS = (*(decision.value for decision in Decision), ENROLLED)


@dataclass(frozen=True)
class RolloverFilter:
    """What an address asks for; what means nothing is ignored."""

    step: str = PREVIEW
    q: str = ""
    grade: tuple[Grade, ...] = ()
    group: tuple[str, ...] = ()
    remark: tuple[Remark, ...] = ()
    kind: str = ""
    after: UUID | None = None

    @classmethod
    def of(cls, sent: MultiDict[str]) -> Self:
        """The filter of an address."""
        grades, remarks = sent.getall("grade", []), sent.getall("remark", [])
        return cls(
            step=next((step for step in STEPS if step == sent.get("step")), PREVIEW),
            q=typed_query(sent.get("q")),
            grade=tuple(grade for grade in Grade if str(grade.value) in grades),
            group=tuple(filter(None, (typed_query(code, 20) for code in dict.fromkeys(sent.getall("group", []))))),
            remark=tuple(remark for remark in Remark if remark in remarks),
            kind=next((kind for kind in KINDS if kind == sent.get("kind")), ""),
            after=parse_id(sent.get("after")),
        )

    @property
    def params(self) -> dict[str, Any]:
        """As an address says it, without the place in the list."""
        return {
            "step": self.step,
            "q": self.q,
            "grade": [grade.value for grade in self.grade],
            "group": list(self.group),
            "remark": [remark.value for remark in self.remark],
            "kind": self.kind,
        }

    @property
    def narrows(self) -> bool:
        """Whether it asks for fewer than all."""
        return bool(self.q or self.grade or self.group or self.remark or self.kind)

    def chosen(self, proposals: Iterable[Proposal]) -> list[Proposal]:
        """Those that it asks for, wherever in the list."""
        words = folded(self.q).split()
        return [proposal for proposal in proposals if self._fits(proposal, words)]

    def from_here(self, proposals: Iterable[Proposal]) -> Iterator[Proposal]:
        """Those behind the mark, which may itself no longer be asked for."""
        words, is_behind = folded(self.q).split(), self.after is None
        for proposal in proposals:
            if is_behind and self._fits(proposal, words):
                yield proposal
            is_behind = is_behind or proposal.pupil.id == self.after

    def _fits(self, proposal: Proposal, words: list[str]) -> bool:
        pupil = proposal.pupil
        return (
            (self.step != PROBLEMS or proposal.problem is not None)
            and (not self.kind or proposal.kind == self.kind)
            and (not self.grade or pupil.grade in self.grade)
            and (not self.group or pupil.group_code in self.group)
            and (not self.remark or not set(self.remark).isdisjoint(proposal.remarks))
            and all(word in pupil.sort_name for word in words)
        )
