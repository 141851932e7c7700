"""What people sign in with beside a password: a second factor, an identity at another place."""

from sqlalchemy import delete, select, update

from adjoin.store.database import upsert
from adjoin.store.done import Done
from adjoin.store.tables import identities, second_factors


class SignIns:
    """Second factors and identities of the people of one workspace."""

    def __init__(self, done: Done) -> None:
        self._done = done

    def factor(self, name: str) -> tuple[str, int] | None:
        """The secret of somebody's second factor and the time step of the last code that was used."""
        asked = select(second_factors.c.secret, second_factors.c.last).where(second_factors.c.name == name)
        with self._done.engine.connect() as con:
            row = con.execute(asked).first()
        return None if row is None else (row[0], row[1])

    def set_factor(self, name: str, secret: str | None, last: int = -1) -> None:
        """Give somebody a second factor, or take it away."""
        with self._done.writing() as con:
            con.execute(delete(second_factors).where(second_factors.c.name == name))
            if secret is not None:
                con.execute(upsert(con, second_factors).values(name=name, secret=secret, last=last))

    def use(self, name: str, step: int) -> bool:
        """A code of this time step is used up; nothing where it, or a later one, was used before."""
        table = second_factors
        fresh = update(table).where(table.c.name == name, table.c.last < step).values(last=step)
        with self._done.writing() as con:
            return con.execute(fresh).rowcount == 1

    def tie(self, issuer: str, subject: str, name: str) -> None:
        """Tie an identity at another place to an account here."""
        row = {"issuer": issuer, "subject": subject, "name": name}
        with self._done.writing() as con:
            statement = upsert(con, identities).values(row)
            con.execute(statement.on_conflict_do_update(index_elements=["issuer", "subject"], set_={"name": name}))

    def name_of(self, issuer: str, subject: str) -> str | None:
        """The account that an identity at another place is tied to."""
        table = identities
        asked = select(table.c.name).where(table.c.issuer == issuer, table.c.subject == subject)
        with self._done.engine.connect() as con:
            name = con.execute(asked).scalar()
        return None if name is None else str(name)
