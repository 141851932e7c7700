"""Everything that the three books of a workspace hold, to be compared with another."""


def books(opened, known):
    """known : a time; the observed book is asked as it was known then, too."""
    done = opened.done
    receipts = done.receipts()
    return {
        "lines": done.lines(), "keys": done.keys(), "people": done.people(), "packages": done.packages(10**6),
        "cosigned": [done.cosigned(side) for side in opened.region.sides], "receipts": receipts,
        "rejects": [list(done.rejects(each["id"])) for each in receipts],
        "read": opened.observed.read(), "revised": opened.observed.revised(),
        "known": opened.observed.read(as_known=known),
    }  # fmt: skip
