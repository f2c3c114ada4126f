"""dbt in a process of its own: it reads its models at once, and waits for its command.

Run as a file, not imported: `ingest.publish` starts it with a build, says on its input what
dbt is to do, and reads on its output, line by line, how far it is and what went wrong.
"""

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

TESTED = "tested: "
"""What the log's line begins with in which `test_all_at_once` reports how its tests ended."""


def main() -> int:
    """Parse, then run the command that comes in; the status says whether it succeeded."""
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=[told], daemon=True).start()
    # It takes a second to import, in which the run may end.
    from dbt.artifacts.schemas.run import RunExecutionResult  # noqa: PLC0415
    from dbt.cli.main import dbtRunner  # noqa: PLC0415
    from dbt.contracts.graph.manifest import Manifest  # noqa: PLC0415

    options: list[str] = json.loads(sys.argv[1])
    tests: list[dict[str, Any]] = []
    follow = [lambda event: _follow(event, tests)]
    # A relative path would start from the project's folder.
    models, target = Path("parsed").absolute(), Path("target").absolute()
    parsed = dbtRunner(callbacks=follow).invoke(["parse", *options, "--target-path", str(models)])
    command: list[str] = json.loads(told.get())
    if not isinstance(parsed.result, Manifest):
        return _failed(parsed)
    runner = dbtRunner(manifest=parsed.result, callbacks=follow)
    done = runner.invoke([*command, *options, "--target-path", str(target)])
    _close_database()
    if isinstance(done.result, RunExecutionResult):
        nodes = [
            {
                "unique_id": node.node.unique_id,
                "status": node.status,
                "failures": node.failures,
                "execution_time": node.execution_time,
                "message": node.message,
            }
            for node in done.result.results
        ]
        (target / "run_results.json").write_text(json.dumps({"results": nodes + tests}), "utf-8")
    return 0 if done.success else _failed(done)


def _listen(told: "queue.SimpleQueue[str]") -> None:
    told.put(sys.stdin.readline())
    # Its input ends with the run, however that ends; what is left of it must not go on.
    os.read(0, 1)
    os._exit(1)


def _follow(event: Any, tests: list[dict[str, Any]]) -> None:
    """Say how far dbt is and what went wrong, and keep what the tests of an increment found."""
    if event.info.level == "error":
        _say(error=event.info.msg.strip())
    elif event.info.name.startswith("JinjaLog") and event.info.msg.startswith(TESTED):
        tests.extend(json.loads(event.info.msg.removeprefix(TESTED)))
    elif event.info.name.endswith("Result") and getattr(event.data, "total", 0):
        _say(done=event.data.index, total=event.data.total)


def _failed(done: "dbtRunnerResult") -> int:
    if done.exception:
        _say(error=str(done.exception).strip())
    return 1


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def _close_database() -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    # What else would end with the process takes a moment that nobody needs.
    os._exit(main())
