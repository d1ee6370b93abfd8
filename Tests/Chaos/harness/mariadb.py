"""A private MariaDB server: own directory, own port, ended with the program."""

import os
import shutil
import signal
import subprocess

from .ports import free_port
from .tables import Table
from .waiting import eventually

USER, PASSWORD = "taskraft", "chaos-$ecret 'quoted'"
# The server lives in a folder that ordinary users have no path to.
SEARCH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def tool(*names):
    for name in names:
        path = shutil.which(name, path=SEARCH)
        if path:
            return path
    raise FileNotFoundError(f"none of {', '.join(names)} found: install mariadb-server-core "
                            "and mariadb-client-core")


class MariaDB:
    """One server. Small buffers: several run beside a whole cluster."""

    def __init__(self, report, name="mariadb"):
        self.directory = os.path.join(report.directory, name)
        self.port = free_port()
        self.socket = os.path.join(self.directory, "s.sock")
        self.log_path = os.path.join(report.directory, f"{name}.log")
        self.process = None
        report.at_end(self.kill)

    def set_up(self, template=None):
        """Makes the data directory, as a copy of another stopped server's where there is one."""
        if template:
            shutil.copytree(template.directory, self.directory)
            return
        user = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
        with open(self.log_path, "ab") as log:
            subprocess.run(
                [tool("mariadb-install-db", "mysql_install_db"), "--no-defaults",
                 f"--datadir={self.directory}", f"--user={user}", "--skip-test-db",
                 "--auth-root-authentication-method=normal"],
                stdout=log, stderr=subprocess.STDOUT, check=True, timeout=60)

    def start(self, timeout=30):
        user = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [tool("mariadbd", "mysqld"), "--no-defaults", f"--datadir={self.directory}",
                 f"--user={user}", f"--socket={self.socket}", f"--port={self.port}",
                 "--bind-address=127.0.0.1", f"--pid-file={self.directory}/pid",
                 "--innodb-buffer-pool-size=64M", "--performance-schema=OFF",
                 "--skip-name-resolve"],
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True)
        eventually("MariaDB answers", self.answers, timeout, 0.1)

    def create_user(self):
        password = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
        self.sql(f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{password}';"
                 f"GRANT ALL ON *.* TO '{USER}'@'%'")

    def url(self, database):
        return f"mysql://{USER}@127.0.0.1:{self.port}/{database}"

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    def answers(self):
        if not self.alive:
            raise RuntimeError(f"MariaDB stopped by itself, see {self.log_path}")
        try:
            return self.sql("SELECT 1", timeout=5) == [["1"]]
        except (subprocess.SubprocessError, RuntimeError):
            return False

    def kill(self):
        if self.alive:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def sql(self, statements, database=None, timeout=30):
        """Rows of raw text fields, read by the ordinary command-line client."""
        command = [tool("mysql", "mariadb"), "--no-defaults", f"--socket={self.socket}",
                   "--user=root", "--batch", "--raw", "--skip-column-names",
                   "--default-character-set=utf8mb4"]
        if database:
            command.append(f"--database={database}")
        done = subprocess.run(
            command, input=statements.encode(), capture_output=True, timeout=timeout)
        if done.returncode:
            raise RuntimeError(f"mysql: {done.stderr.decode().strip()}")
        return [line.split("\t") for line in done.stdout.decode().split("\n")[:-1]]

    def databases(self):
        return [row[0] for row in self.sql("SHOW DATABASES")]

    def tables(self, database):
        """All tables of a database with every value as it is stored."""
        rows = self.sql(
            "SELECT c.table_name, c.column_name, c.column_type FROM information_schema.columns c "
            "JOIN information_schema.tables t USING (table_schema, table_name) "
            f"WHERE c.table_schema = '{database}' AND t.table_type = 'BASE TABLE' "
            "ORDER BY c.table_name, c.ordinal_position")
        columns = {}
        for table, column, kind in rows:
            columns.setdefault(table, {})[column] = kind.lower()
        return {name: self._table(database, name, kinds) for name, kinds in columns.items()}

    def _table(self, database, name, kinds):
        # As hexadecimal digits no value can be taken for a separator, nor for NULL.
        fields = ", ".join(f"HEX(CAST(`{column}` AS BINARY))" for column in kinds)
        rows = self.sql(f"SET time_zone = '+00:00'; SELECT {fields} FROM `{name}`", database)
        values = [
            tuple(None if digits == "NULL" else bytes.fromhex(digits) for digits in row)
            for row in rows
        ]
        return Table(list(kinds), values, kinds)
