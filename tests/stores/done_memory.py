"""The book *done* in plain Python: slow, and what its verbs mean."""

from collections import defaultdict

from adjoin.core.entry import Seen, fingerprint_of, follow


class DoneMemory:
    def __init__(self):
        self.chains = defaultdict(dict)  # party: seq: (entry, line)
        self.notes, self.known, self.went, self.files, self.bad, self.names = set(), {}, [], [], [], {}

    def record(self, *, party, kind, body, answers, other, at, key, seal, check=lambda: None):
        check()
        entry = follow(
            self._head(party), party=party, kind=kind, body=body, answers=answers,
            seen=self._seen(self._head(other)), at=at, key=key,
        )  # fmt: skip
        self.chains[party][entry.seq] = (entry, seal(entry))
        return entry

    def keep(self, lines):
        fresh = [(entry, line) for entry, line in lines if entry.seq not in self.chains[entry.party]]
        for entry, line in fresh:
            self.chains[entry.party][entry.seq] = (entry, line)
        return len(fresh)

    def lines(self, party=None, since=0):
        chosen = sorted(each for each in self.chains if party in {None, each})
        return tuple(line for each in chosen for seq, (_, line) in sorted(self.chains[each].items()) if seq >= since)

    def sizes(self):
        return {party: len(chain) for party, chain in self.chains.items() if chain}

    def cosign(self, notes):
        held = {(note.party, note.size, note.at) for note in self.notes}
        for note in notes:
            if (note.party, note.size, note.at) not in held:
                held.add((note.party, note.size, note.at))
                self.notes.add(note)

    def cosigned(self, party):
        return tuple(sorted((n for n in self.notes if n.party == party), key=lambda n: (n.at, n.size)))

    def passed(self, package):
        self.went.append(package)

    def packages(self, limit=100):
        return tuple(reversed(self.went))[:limit]

    def trust(self, key_id, party, body):
        self.known.setdefault(key_id, (party, dict(body)))

    def keys(self):
        found = {}
        for _, party, body in sorted((key_id, *rest) for key_id, rest in self.known.items()):
            found.setdefault(party, []).append(body)
        return found

    def receipt(self, facts, rejects, *, last=-1):
        if last >= 0:
            stale = {row["id"] for row in self.files if row["id"] > last and row["new"] + row["replaced"]}
            self.files = [row for row in self.files if row["id"] not in stale]
            self.bad = [row for row in self.bad if row["receipt"] not in stale]
        number = max((row["id"] for row in self.files), default=0) + 1
        self.files.append({"id": number, **facts})
        self.bad += [{**reject, "receipt": number} for reject in rejects]
        return number

    def receipts(self):
        counts = {row["id"]: sum(bad["receipt"] == row["id"] for bad in self.bad) for row in self.files}
        return tuple({**row, "rejects": counts[row["id"]]} for row in reversed(self.files))

    def rejects(self, receipt, limit=None):
        return [row for row in self.bad if row["receipt"] == receipt][:limit]

    def enrol(self, person):
        self.names[person["name"]] = dict(person)

    def person(self, name):
        return self.names.get(name)

    def people(self):
        hidden = {"password"}
        return tuple(
            {name: cell for name, cell in row.items() if name not in hidden} for _, row in sorted(self.names.items())
        )

    def _head(self, party):
        chain = self.chains[party]
        return chain[max(chain)][0] if chain else None

    def _seen(self, head):
        return None if head is None else Seen(head.party, head.seq, fingerprint_of(head))
