"""Two sides and a bad net in one process, all from one seed: loss, repeat, reorder, delay, partition, crash, skew.

`play(seed)` gives what came of it, or fails with the seed; the same seed plays the same history again:
`python tests/simulator.py SEED` prints it step by step, `python tests/simulator.py FIRST LAST` plays a range on all
cores. Signatures are quick ones but for every fiftieth seed.
"""

import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

from two_sides import CALENDAR, NOON, REGION, SEEN_IT, QuickSigner, Side, signer

from adjoin.core.entry import Seen, fingerprint_of
from adjoin.formats.procedures import procedures
from adjoin.joint import fork, ledger
from adjoin.joint.fault import Fault
from adjoin.joint.fold import fold_all
from adjoin.joint.keys import Keys
from adjoin.joint.note import cosign, read_note

OPENINGS = {"joint-inspection": "hand_over", "search-call": "call", "joint-sampling": "propose_plan"}
PROCEDURES = procedures()
HONEST = {"gap", "fork", "frozen", "own_tail_cut", "own_rewritten", "tail_cut", "seen_unknown", "frontier_mismatch"}
REAL_EVERY = 50


class Node(Side):
    """A side that remembers what it has worked out, can go back to an earlier state, and knows the book."""

    def __init__(self, party, keys, signer_, root, skew):
        super().__init__(party, keys, signer_)
        self.root, self.skew = root, skew
        self.chain, self.peer_chain = ledger.Chain.of([]), ledger.Chain.of([])
        self.peer_entries, self.saved = [], []
        self.lost = False  # went back: signs nothing before the own head was read back
        self.frozen = None  # the fork of the other chain that is not ended yet
        self.forked = None  # the losing head of the own chain, where one has to be named
        self.losing = []  # entries of losing branches
        self._folded = (None, None)

    def sign(self, kind, body, at=NOON, answers=None):
        entry = super().sign(kind, body, at + self.skew, answers)
        self.chain = self.chain.longer(self.lines[-1:])
        return entry

    def seen(self):
        if not self.peer_entries:
            return None
        last = self.peer_entries[-1]
        return Seen(last.party, last.seq, self.peer_chain.prints[-1])

    def examine(self, package):
        trusted = {made.note for made in self.cosigned_by_peer.values()}
        return ledger.examine(
            package, keys=self.keys, known=self.peer_chain, own=self.chain, region=REGION, trusted=trusted
        )

    def package(self, since=None, files=None):
        since = min(max(self.cosigned_by_peer, default=0), len(self.lines)) if since is None else since
        notes = [made.note for made in self.cosigned_by_me.values()]
        mine = [made.note for made in self.cosigned_by_peer.values()]
        return ledger.compose(
            region=REGION, party=self.party, lines=self.chain, since=since, signer=self.signer, peer_notes=notes,
            files=files, delivered=mine,
        )  # fmt: skip

    def take(self, package, at=NOON):
        seen = self.examine(package)
        faults = {each.fault for each in seen.faults}
        if faults & {"own_tail_cut", "own_rewritten"}:
            self.lost = True
        if "fork" in faults or (self.frozen and not faults and not self.ended(seen)):
            self.frozen = self.frozen or seen.faults[0]
            return seen
        if faults:
            return seen
        self.learn(seen)
        self.frozen = self.frozen if not self.frozen or not self.ended(seen) else None
        self.peer_entries += [entry for entry, _ in seen.new]
        self.peer_lines += [line for _, line in seen.new]
        self.peer_chain = self.peer_chain.longer([line for _, line in seen.new]) if seen.new else self.peer_chain
        size = seen.checkpoint.checkpoint.size
        if size > max(self.cosigned_by_me, default=0):
            note = cosign(seen.checkpoint.text, self.signer, at + self.skew)
            self.cosigned_by_me[size] = ledger.Cosigned(size, at + self.skew, note)
        for made in seen.cosigned:
            self.cosigned_by_peer.setdefault(made.size, made)
        return seen

    def learn(self, seen):
        """Signatures of our own that the other side holds; who does not know one went back, and asks for all."""
        known = {made.note for made in self.cosigned_by_me.values()}
        if seen.since > 0 and any(made.note not in known for made in seen.delivered):
            self.lost = True
        for made in seen.delivered:
            held = self.cosigned_by_me.get(made.size)
            self.cosigned_by_me[made.size] = made if held is None or made.at < held.at else held

    @property
    def behind(self):
        """Whether the own last entry had seen more of the other chain than is here."""
        last = self.entries[-1].seen if self.entries else None
        return last is not None and last.seq >= len(self.peer_lines)

    @staticmethod
    def ended(seen):
        return any(entry.kind == "surviving-head" for entry, _ in seen.new)

    def folded(self, now=NOON + timedelta(days=1)):
        state = (len(self.entries), len(self.peer_entries), len(self.cosigned_by_me), len(self.cosigned_by_peer), now)
        if self._folded[0] != state:
            other = self.peer_entries[0].party if self.peer_entries else "?"
            made = {self.party: self.cosigned_by_peer.values(), other: self.cosigned_by_me.values()}
            found = fold_all(
                [*self.entries, *self.peer_entries],
                procedures=PROCEDURES, delivered=ledger.deliveries(made), calendar=CALENDAR, now=now,
                prints=enumerated(self.party, self.chain) | enumerated(other, self.peer_chain),
            )  # fmt: skip
            self._folded = (state, found)
        return self._folded[1]

    # going back, and the way forward again

    def save(self):
        self.saved.append(
            (len(self.lines), len(self.peer_lines), dict(self.cosigned_by_me), dict(self.cosigned_by_peer))
        )

    def go_back(self, state, *, told):
        own, peer, mine, theirs = state
        self._cut(own)
        self.peer_lines, self.peer_entries = self.peer_lines[:peer], self.peer_entries[:peer]
        self.peer_chain = ledger.Chain.of(self.peer_lines)
        self.cosigned_by_me, self.cosigned_by_peer = dict(mine), dict(theirs)
        self.frozen, self.lost, self._folded = None, told, (None, None)
        self.saved = [each for each in self.saved if each[0] <= own and each[1] <= peer]

    def _cut(self, size):
        self.entries, self.lines = self.entries[:size], self.lines[:size]
        self.chain = ledger.Chain.of(self.lines)

    def gives_back(self):
        notes = [made.note for made in (*self.cosigned_by_me.values(), *self.cosigned_by_peer.values())]
        if not self.cosigned_by_me:
            return None
        other = read_note(next(iter(self.cosigned_by_me.values())).note).checkpoint.party
        return fork.give_back(notes=notes, party=other, lines=self.peer_chain, signer=self.signer)

    def read_back(self, package, other):
        """What the other side holds of our chain comes back; what it never had and contradicts it is set aside."""
        found = fork.read_back(package, keys=self.keys, own=self.chain, other=other)
        assert not isinstance(found, Fault), found
        if found.differs is not None:
            self.losing += self.entries[found.differs :]
            self.forked = self.chain.roots({len(self.lines)})[len(self.lines)], len(self.lines), found.differs
            self._cut(found.differs)
        for entry, line in found.missing(len(self.lines)):
            self.entries.append(entry)
            self.lines.append(line)
        self.chain = ledger.Chain.of(self.lines)
        for note in found.cosigned:
            mine = note.checkpoint.party != self.party
            held = self.cosigned_by_me if mine else self.cosigned_by_peer
            at = note.cosigner(self.keys, self.party if mine else other)[1]
            size = note.checkpoint.size
            if size not in held or at < held[size].at:
                held[size] = ledger.Cosigned(size, at, note.text)
        self.lost, self._folded = False, (None, None)

    def end_fork(self, lost, at):
        """By the book: the root key names the head that survives."""
        size = len(self.lines)
        held = ledger.Chain.of(self.lines).roots({size})[size]
        body = {
            "party": self.party, "seq": size, "surviving": {"size": size, "root": held.hex()},
            "losing": {"size": lost[1], "root": lost[0].hex()},
        }  # fmt: skip
        office, self.signer = self.signer, self.root
        self.sign("surviving-head", body, at)
        self.signer = office


@dataclass
class World:
    """Two sides and what is on its way between them."""

    rng: Random
    sides: tuple
    log: list | None = None
    net: list = field(default_factory=list)
    clock: object = NOON
    cut_until: object = NOON
    counts: Counter = field(default_factory=Counter)
    in_touch: bool = False

    def other(self, side):
        return self.sides[1 - self.sides.index(side)]

    def say(self, *words):
        if self.log is not None:
            self.log.append(" ".join(map(str, (f"{self.clock:%m-%d %H:%M}", *words))))

    # what may happen

    def step(self):
        side = self.rng.choice(self.sides)
        if self.in_touch:  # both at one matter: then a case comes to an end, and the next one opens
            side = next((each for each in self.sides if turn(each)), side)
        self.clock += timedelta(hours=self.rng.randint(1, 30))
        chance = self.rng.random()
        if chance < (0.85 if self.in_touch else 0.45):
            self.act(side)
            if self.in_touch:
                self.deliver(self.other(side), "package", side.package())
        elif chance < 0.70:
            self.send(side)
        elif chance < 0.86:
            self.arrive()
        elif chance < 0.92:
            side.save()
        elif chance < 0.95:
            self.cut_until = self.clock + timedelta(days=self.rng.randint(1, 20))
            self.say("the line is cut until", f"{self.cut_until:%m-%d}")
        elif side.saved:
            self.crash(side)

    def act(self, side):
        if side.lost or side.forked or side.behind:
            return
        cases = side.folded().cases
        at = self.clock + timedelta(minutes=self.rng.randint(-600, 600))
        if not cases or (not self.in_touch and self.rng.random() < 0.1):
            names = ["search-call"] if self.in_touch else sorted(OPENINGS)
            self.say(side.party, "opens", begin(side, self.rng, at, names).body["case"])
            return
        waiting = [case for case in cases if case.open_to(side.party)]
        if not waiting and self.rng.random() < 0.6:
            return
        case = self.rng.choice(waiting or cases)
        mine = case.open_to(side.party)
        if mine and self.rng.random() < 0.9:
            made = side.move(case.id, self.rng.choice(mine).name, at)
        else:
            made = wrong_move(side, case, self.rng, at)
        self.say(side.party, made.body["move"], "in", case.id)

    def send(self, side):
        if self.clock < self.cut_until:
            self.counts["cut"] += 1
            return
        since = self.rng.choice([None, None, 0, len(side.lines)])
        kind = "back" if self.other(side).lost else "package"
        package = side.gives_back() if kind == "back" else side.package(since)
        if package is None:
            self.other(side).lost = False  # nothing of its chain was ever delivered
            return
        self.say(side.party, "sends", kind)
        if self.rng.random() < 0.15:
            self.counts["lost"] += 1
            return
        self.net.append((self.other(side), kind, package))

    def arrive(self):
        if not self.net:
            return
        at = self.rng.randrange(len(self.net))
        to, kind, package = self.net[at]
        self.deliver(to, kind, package)
        if self.rng.random() < 0.5:
            del self.net[at]
        else:
            self.counts["repeated"] += 1

    def crash(self, side):
        self.counts["crashes"] += 1
        state = self.rng.choice(side.saved)
        self.say(side.party, "goes back from", len(side.lines), "to", state[0])
        told = (
            self.rng.random() < 0.5
        )  # a restored backup knows what it is; a machine set back behind its back does not
        side.go_back(state, told=told)

    def deliver(self, to, kind, package):
        sender = self.other(to)
        if kind == "back":
            if to.lost:
                to.read_back(package, sender.party)
                self.say(to.party, "reads back", len(to.lines))
            return set()
        said = to.take(package, self.clock)
        faults = {fault.fault for fault in said.faults}
        assert faults <= HONEST, (faults, said.faults)
        self.counts.update(faults)
        if faults & {"tail_cut", "fork"}:
            sender.lost = True  # it is told to read back
        self.say(to.party, "takes", len(said.new), *sorted(faults))
        return faults

    # the end: the net heals, each side is in touch, and the book is followed

    def settle(self):
        for to, kind, package in self.net:
            self.deliver(to, kind, package)
        for _ in range(12):
            for side in self.sides:
                self.follow_the_book(side)
            if all(self.settled(side) for side in self.sides):
                return
        raise AssertionError("not settled")

    def follow_the_book(self, side):
        other = self.other(side)
        if side.lost:
            package = other.gives_back()
            if package is None:
                side.lost = False  # nothing of its chain was ever delivered; its signatures come with all of theirs
                self.deliver(side, "package", other.package(0))
            else:
                side.read_back(package, other.party)
        if side.behind:
            self.deliver(side, "package", other.package(0))
        if side.forked or other.frozen:
            lost = side.forked or (bytes(32), 0, 0)
            side.end_fork(lost, self.clock)
            self.counts["forks ended"] += 1
            side.forked = None
        have = len(other.peer_lines)
        faults = self.deliver(other, "package", side.package(min(have, len(side.lines))))
        if faults:
            self.deliver(other, "package", side.package(0))

    def settled(self, side):
        other = self.other(side)
        quiet = not (side.lost or side.forked or side.frozen)
        return quiet and side.lines == other.peer_lines and max(side.cosigned_by_peer, default=0) == len(side.lines)


def enumerated(party, chain):
    return {(party, seq): each for seq, each in enumerate(chain.prints)}


def turn(side):
    return any(case.open_to(side.party) for case in side.folded().cases)


def begin(side, rng, at, names):
    """A case opened, sometimes by the wrong side or under a number that is taken."""
    name = rng.choice(names)
    parties = rng.choice([("east", "west"), ("west", "east")])
    roles = dict(zip(PROCEDURES[name].roles, parties, strict=True))
    return side.open(f"C-{side.party}-{rng.choice([len(side.entries), 0]):04}", name, OPENINGS[name], roles, at)


def wrong_move(side, case, rng, at):
    too_early = [name for name, move in case.procedure.moves.items() if move.by == case.role_of(side.party)]
    move = rng.choice([*too_early, "no_such_move"])
    return side.move(
        case.id, move, at, reason=rng.choice(["", "so", "so"]), evidence=rng.choice([(), SEEN_IT, SEEN_IT])
    )


def world(seed, *, log=None):
    rng = Random(seed)
    made = signer if seed % REAL_EVERY == 0 else QuickSigner
    signers = {party: (made(party), made(party, "root")) for party in ("east", "west")}
    keys = Keys.of([each.key for pair in signers.values() for each in pair])
    skews = [timedelta(minutes=rng.choice([0, 0, 7, -1440, 1440])) for _ in signers]
    sides = tuple(Node(party, keys, *pair, skew) for (party, pair), skew in zip(signers.items(), skews, strict=True))
    return World(rng, sides, log, in_touch=seed % 8 == 0)


def play(seed, *, log=None):
    """One history and its end: both sides hold the same, nothing is lost, nothing doubled."""
    made = world(seed, log=log)
    try:
        for _ in range(made.rng.randint(8, 22)):
            made.step()
        made.settle()
        check(made)
    except Exception as error:
        raise AssertionError(f"seed {seed}: {type(error).__name__} {error}") from error
    east, _ = made.sides
    folded = east.folded(made.clock)
    made.counts["moves"] = sum(len(case.steps) for case in folded.cases)
    made.counts["protests"] = len(folded.protests)
    made.counts["followed"] = sum(case.parent is not None for case in folded.cases)
    return made.counts


def check(made):
    east, west = made.sides
    assert east.folded(made.clock) == west.folded(made.clock), "divergence"
    for side, other in ((east, west), (west, east)):
        assert side.lines == other.peer_lines, "lost"
        prints = side.chain.prints
        assert len(set(prints)) == len(prints) == len(side.lines), "doubled"
        assert [entry.seq for entry in side.entries] == list(range(len(prints))), "doubled"
        assert ledger.Chain.of(side.lines).prints == prints == other.peer_chain.prints
        gone = {fingerprint_of(entry) for entry in side.losing}
        assert not gone & set(prints), "a losing entry came back"


def play_range(seeds):
    counts = Counter()
    for seed in seeds:
        counts.update(play(seed))
    return counts


def play_all(first, last, *, processes=None):
    """All seeds of a range on all cores; fails with the first bad one."""
    width = 250
    parts = [range(at, min(at + width, last)) for at in range(first, last, width)]
    counts = Counter()
    fresh = get_context("spawn")  # a copy of a process in which other libraries hold threads may fall
    with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=fresh) as pool:
        for part in pool.map(play_range, parts):
            counts.update(part)
    return counts


def told(seed):
    """The history of a seed, a line a step, and how it ended."""
    log = []
    try:
        end = dict(play(seed, log=log))
    except AssertionError as error:
        end = error
    return [*log, f"end: {end}"]


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    if len(given) == 1:
        print("\n".join(told(given[0])))
    else:
        print(dict(play_all(*given)), f"{given[1] - given[0]} seeds, 0 divergences, 0 lost, 0 doubled")
