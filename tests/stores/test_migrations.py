"""The schema of *done* and *people*: what the steps make is what the tables say, and old books come along."""

import sqlite3

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, select

from adjoin.core.refusal import Refusal
from adjoin.store import database as opened
from adjoin.store import tables


def engine_before(where):
    """A connection that brings nothing up to date."""
    return create_engine(f"sqlite:///{where}" if not isinstance(where, str) else where.replace("://", "+psycopg://"))


def revision(engine):
    with engine.connect() as con:
        return MigrationContext.configure(con).get_current_revision()


def stepped(con, to):
    config = Config()
    config.set_main_option("script_location", str(opened.MIGRATIONS))
    config.attributes["connection"] = con
    command.upgrade(config, to)


def first_release(engine):
    """The schema as it stood before there were steps, with a row in it."""
    with engine.begin() as con:
        stepped(con, "0001")
        con.exec_driver_sql("DROP TABLE alembic_version")
        con.execute(insert(tables.keys).values(key_id="k", party="west", body={"a": "甲"}))


def test_the_steps_are_one_line_and_end_where_the_files_say():
    config = Config()
    config.set_main_option("script_location", str(opened.MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [opened.head()]
    assert {each.revision for each in scripts.walk_revisions()} == opened._known()


def test_a_fresh_book_is_what_the_steps_would_make(database):
    fresh = opened.engine(database)
    assert revision(fresh) == opened.head()
    with fresh.connect() as con:
        assert compare_metadata(MigrationContext.configure(con), tables.metadata) == []


def test_the_steps_make_what_the_tables_say(database):
    before = engine_before(database)
    with before.begin() as con:
        stepped(con, "head")
        assert compare_metadata(MigrationContext.configure(con), tables.metadata) == []
    assert revision(opened.engine(database)) == opened.head()


def test_a_book_of_the_first_release_comes_along_with_its_rows(database):
    first_release(engine_before(database))
    now = opened.engine(database)
    assert revision(now) == opened.head()
    with now.connect() as con:
        assert con.execute(select(tables.keys.c.body)).scalar_one() == {"a": "甲"}
        assert compare_metadata(MigrationContext.configure(con), tables.metadata) == []


def test_a_newer_book_is_refused_and_left_alone(database):
    engine = opened.engine(database)
    with engine.execution_options(writes=True).begin() as con:
        con.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refusal) as refused:
        opened.engine(database)
    assert (refused.value.kind, refused.value.facts["met"]) == ("books_newer", "9999")
    assert revision(engine) == "9999"


def test_two_that_open_a_fresh_book_at_once_make_one_schema(database):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(opened.engine, [database] * 4))
    assert {revision(each) for each in made} == {opened.head()}


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("postgresql://west:secret@db/adjoin", "password_in_address"),
        ("mysql://db/adjoin", "not_a_database"),
        ("no address", "not_a_database"),
        ("postgresql://db", "not_a_database"),
        ("postgresql://nobody@127.0.0.1:1/adjoin", "database_gone"),
    ],
)
def test_an_address_that_does_not_do_is_refused_and_no_password_is_shown(address, kind):
    with pytest.raises(Refusal) as refused:
        opened.engine(address)
    assert refused.value.kind == kind
    assert "secret" not in str(refused.value)


def test_sqlite_keeps_what_it_acknowledged(tmp_path):
    with opened.engine(tmp_path / "done.sqlite").connect() as con:
        asked = {name: con.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")}
    assert asked == {"journal_mode": "wal", "synchronous": 2}
    assert sqlite3.sqlite_version_info >= (3, 35)  # upserts
