"""Set Superset up on the warehouse and serve it on the loopback interface.

The dashboard is the text in `assets/`, in Superset's own export format; it is imported again at
each start. All else is Superset's, in the folder `.superset` beside the warehouse.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from gunicorn.app.base import BaseApplication

if TYPE_CHECKING:
    from superset.app import SupersetApp
    from superset.security import SupersetSecurityManager

HERE = Path(__file__).resolve().parent
ADDRESS = "127.0.0.1"  # whoever wants it elsewhere puts a proxy with TLS before it
DASHBOARD = "superset/dashboard/figures/"


def main() -> None:
    """Set up in a process of its own, tell the password if it is new, and serve."""
    warehouse = Path(os.environ.get("WAREHOUSE", "warehouse/figurehouse.duckdb")).absolute()
    if not warehouse.is_file():
        sys.exit(f"{warehouse}: warehouse: is not there. Build it: make run")
    port = os.environ.get("PORT") or "8088"
    with socket.socket() as probe:
        if probe.connect_ex((ADDRESS, int(port))) == 0:
            sys.exit(f"{ADDRESS}:{port}: port: is taken. Give another: make bi PORT=8089")
    home = warehouse.parent / ".superset"
    home.mkdir(mode=0o700, exist_ok=True)
    _secret(home / "secret_key")
    os.environ |= {
        "WAREHOUSE": str(warehouse),
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py"),
        "PYTHONWARNINGS": "ignore",
    }
    log = home / "superset.log"
    print(f"Setting Superset up; the first time takes a minute. Log: {log}", flush=True)
    password = secrets.token_urlsafe(12)
    # A process of its own, so that the one that serves has opened no database before it forks.
    with log.open("w") as file:
        done = subprocess.run(
            [sys.executable, __file__, "setup"],
            input=password.encode(),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        sys.exit(f"{log}: Superset: could not be set up. The log's last lines say why.")
    if (new := home / "new").exists():
        new.unlink()
        print(f"User admin, password {password} (not shown again)", flush=True)
    else:
        print(f"User admin, password as shown the first time; lost? rm -r {home}", flush=True)
    Server(port, log).run()


def _secret(file: Path) -> None:
    """A key that signs sessions, for its owner's eyes only."""
    with contextlib.suppress(FileExistsError):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(42))


def setup() -> None:
    """Bring Superset's own database up to date, and import the dashboard."""
    from superset.app import create_app

    with create_app().app_context():
        import flask_migrate
        from flask import g
        from superset import appbuilder, security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand

        flask_migrate.upgrade()
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        password = sys.stdin.read()
        admin = security_manager.find_user("admin")
        if not admin:
            role = security_manager.find_role("Admin")
            admin = security_manager.add_user(
                "admin", "admin", "figurehouse", "admin@localhost", role, password
            )
            Path(os.environ["SUPERSET_HOME"], "new").touch()
        g.user = admin
        ImportAssetsCommand(assets()).run()
        _reader(security_manager)


def assets() -> dict[str, str]:
    """The texts by name, with the place of the warehouse put in."""
    folder = HERE / "assets"
    texts = {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8")
        for file in folder.rglob("*.yaml")
    }
    name = "databases/figurehouse.yaml"
    database = yaml.safe_load(texts[name])
    database["sqlalchemy_uri"] = f"duckdb:///{os.environ['WAREHOUSE']}"
    return texts | {name: yaml.safe_dump(database)}


def _reader(security: "SupersetSecurityManager") -> None:
    """A role that sees dashboards and asks SQL of the marts, and of nothing else."""
    role = security.add_role("Figures reader")
    marts = security.add_permission_view_menu("schema_access", "[figurehouse].[marts]")
    for view in [
        *security.find_role("Gamma").permissions,
        *security.find_role("sql_lab").permissions,
        marts,
    ]:
        security.add_permission_role(role, view)


class Server(BaseApplication):
    """Superset under gunicorn.

    A worker answers one request at a time. DuckDB shares a file that is open twice in a process;
    like this every query opens the file anew, and so sees what was published last.
    """

    def __init__(self, port: str, log: Path):
        self.port, self.log = port, str(log)
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's settings."""
        settings = {
            "bind": f"{ADDRESS}:{self.port}",
            "workers": 4,
            "timeout": 120,
            "preload_app": True,
            "errorlog": self.log,
            "capture_output": True,
            "when_ready": self.ready,
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> "SupersetApp":
        """Superset, once for all workers."""
        from superset.app import create_app

        return create_app()

    def ready(self, _server: object) -> None:
        """Tell the address."""
        os.write(self.terminal, f"http://{ADDRESS}:{self.port}/{DASHBOARD}\n".encode())

    def run(self) -> None:
        """Serve until interrupted."""
        self.terminal = os.dup(sys.stdout.fileno())  # gunicorn turns the output to the log
        super().run()


if __name__ == "__main__":
    setup() if sys.argv[1:] == ["setup"] else main()
