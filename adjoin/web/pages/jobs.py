"""Long runs: the list, and one of them with its bar, until its answer stands at the same address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from adjoin.doors import registry
from adjoin.loop import jobs
from adjoin.loop.jobs import Job
from adjoin.loop.workspace import Workspace
from adjoin.web import asked
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.compute import MethodPage, about
from adjoin.web.pages.refused import refused
from adjoin.web.words import Both, said

STATES = {
    "waiting": "unknown",
    "running": "unknown",
    "done": "fine",
    "refused": "bad",
    "cancelled": "bad",
    "lost": "bad",
}


@dataclass(frozen=True, slots=True)
class JobLine:
    """A long run in a list."""

    id: str
    href: str
    method: str
    what: Both
    state: str
    say: Both
    asked: datetime
    by: str


@dataclass(frozen=True)
class JobsPage(Page):
    """The long runs of this workspace."""

    template: ClassVar[str] = "jobs.html"
    nav: ClassVar[str] = "/jobs"

    lines: tuple[JobLine, ...] = shown("the long runs, the newest first")


@dataclass(frozen=True)
class JobPage(MethodPage):
    """A long run: how far it is, or its answer."""

    template: ClassVar[str] = "job.html"
    nav: ClassVar[str] = "/jobs"

    line: JobLine = shown("the run")
    state: str = shown("waiting, running, done, refused, cancelled, lost")
    share: float | None = shown("percent that is done: as it says itself, else by the time of earlier runs")
    seconds: float = shown("that it has been computing, or computed")
    given: dict[str, Any] = shown("the question")
    reply: dict[str, Any] | None = shown("the answer, where it is done")
    error: dict[str, str | dict[str, str]] | None = shown("why there is no answer: met, expected, do")

    @property
    def verdict(self) -> Verdict:
        """How it stands."""
        return Verdict(STATES[self.state], self.line.say, Both("", ""), f"job.{self.state}")

    @property
    def alive(self) -> bool:
        """Whether its process lives."""
        return self.state in {"waiting", "running"}

    @property
    def asked(self) -> list[tuple[Both, Both]]:
        """The question, key by key, as it is read."""
        return asked.told(asked.fields(registry.door(self.method), self.given))


def listing(ws: Workspace, _ask: Ask) -> JobsPage:
    """The long runs of this workspace."""
    return JobsPage(said("jobs.title"), tuple(map(_line, jobs.jobs(ws))))


def build(ws: Workspace, ask: Ask) -> JobPage:
    """One of them."""
    job = jobs.job(ws, ask.subject[0])
    return JobPage(
        **about(job.method, job.given, job.answer),
        line=_line(job),
        state=job.state,
        share=share(job),
        seconds=round(job.seconds, 1),
        given=dict(job.given),
        reply=dict(job.answer) if job.answer is not None else None,
        error=refused(job.refusal).error if job.refusal else None,
    )


def share(job: Job) -> float | None:
    """Percent that is done; by the time of earlier runs it never says more than 95."""
    if job.state == "done":
        return 100.0
    if job.share is not None:
        return round(100 * job.share, 1)
    return round(min(95.0, 100 * job.seconds / job.estimate), 1) if job.estimate else None


def _line(job: Job) -> JobLine:
    told = registry.door(job.method).explain
    left = max(0.0, (job.estimate or 0.0) - job.seconds)
    key = f"jobs.{job.state}" + (".known" if job.state == "running" and job.estimate else "")
    say = said(key, seconds=f"{job.seconds:.0f}", left=f"{left:.0f}")
    what = Both(told.what_zh, told.what_en)
    return JobLine(job.id, f"/jobs/{job.id}", job.method, what, job.state, say, job.asked, job.by)
