"""Both chains of a workspace verified from the disk, on all cores: nothing that is held is believed for being held."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from adjoin.core.entry import Digest, suite_of
from adjoin.joint import chain, envelope
from adjoin.joint.chain import WIDTH, Part
from adjoin.joint.fault import Fault
from adjoin.joint.note import read_note
from adjoin.loop.workspace import Workspace
from adjoin.store.done import Done


@dataclass(frozen=True, slots=True)
class Task:
    """A part of a chain that one process reads and checks."""

    where: Path | str
    party: str
    since: int


def audit(workspace: Workspace, *, processes: int | None = None) -> dict[str, list[Fault]]:
    """What is wrong with each chain that is held: form, order, links, and the heads that both cosigned."""
    return {side: _chain(workspace, side, processes) for side in workspace.region.sides}


def _chain(workspace: Workspace, party: str, processes: int | None) -> list[Fault]:
    size = workspace.done.sizes().get(party, 0)
    tasks = [Task(workspace.done.where, party, since) for since in range(0, size, WIDTH)]
    parts = list(_spread(tasks, processes or os.cpu_count() or 1))
    digest = _suite(workspace.done, party)
    heads = [read_note(each.note).checkpoint for each in workspace.done.cosigned(party)]
    whole = next((head for head in heads if head.size == size), None)
    found = chain.joined(party, parts, None if whole is None else whole.root, digest)
    longer = max((head.size for head in heads), default=0)
    return found if longer <= size else [*found, Fault(party, size, "own_tail_cut", {"met": longer, "have": size})]


def _spread(tasks: list[Task], processes: int) -> Iterator[Part]:
    if processes == 1 or len(tasks) < 4:  # below, a process costs more than it saves
        yield from map(check, tasks)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(check, tasks)


def check(task: Task) -> Part:
    """One part, read from the book and checked."""
    done = Done(task.where, envelope.entry_of)
    lines = done.lines(task.party, task.since, task.since + WIDTH)
    return chain.part(task.party, task.since, lines, _suite(done, task.party))


def _suite(done: Done, party: str) -> Digest:
    first = done.lines(party, 0, 1)
    return suite_of(envelope.entry_of(first[0]) if first else None)
