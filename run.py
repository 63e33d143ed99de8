"""Everything from a plain clone with one command: `python3 run.py demo`, `python3 run.py test`.

    demo [options]      set up, then `lmis-node demo` with these options
    test [options]      set up with the development tools, then pytest with these options
    lock [--upgrade]    write requirements.lock and requirements-dev.lock anew from setup.cfg

Only the standard library is used. Parts are installed from a lock file with hashes into `.venv` beside this
file and nowhere else. That is done once: a stamp names what was installed, so a second start costs nothing,
and an installation that was interrupted is begun again.

Old interpreters must get as far as the message that they are too old. This file therefore keeps to the
syntax of Python 3.6 and quotes the annotations that such interpreters cannot evaluate.
"""

import configparser
import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
NEWEST = (3, 14)
"""The newest Python for which every part in the locks publishes a wheel."""

PLACE = Path(__file__).resolve().parent
VENV = PLACE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.json"
UNFINISHED = PLACE / ".venv.unfinished"
BUSY = PLACE / ".venv.busy"
LOCKS = {"runtime": PLACE / "requirements.lock", "dev": PLACE / "requirements-dev.lock"}
"""All that the first pins, the second pins too, at the same versions."""

PIP_KEPT = re.compile(
    "PIP_(INDEX_URL|EXTRA_INDEX_URL|NO_INDEX|FIND_LINKS|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY|TIMEOUT"
    "|DEFAULT_TIMEOUT|RETRIES|CACHE_DIR|NO_CACHE_DIR|KEYRING_PROVIDER|CONFIG_FILE)",
    re.IGNORECASE,
)
"""Where and how pip fetches is the machine's affair; what and where it installs (PIP_USER, PIP_TARGET ...) is not."""

PIP_PROBLEMS = (
    (r"DO NOT MATCH THE HASHES", "A downloaded file is not the one that the lock file names. Do not go on; ask why."),
    (r"No space left|Errno 28", "The disk is full. Free about 1.5 GB and run this again."),
    (
        r"Retrying \(|NewConnectionError|NameResolution|ConnectTimeout|ReadTimeout|ProxyError|SSLError",
        "The package index cannot be reached. Check the network and its proxy settings, then run this again.",
    ),
    (r"Permission denied|Errno 13", "Not allowed to write into .venv. Remove it, or clone into a folder of your own."),
    (
        r"No matching distribution|Could not find a version",
        "A part has no ready-made package for this machine and Python, or the package index lacks it.",
    ),
)


class SetupProblem(Exception):
    """The environment cannot be made. The message says why and what to do."""


def main(arguments: "list[str]") -> int:
    """Carry out one command; the exit code is that of the program it starts, or 69 when set-up fails."""
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__.split("\n\nOnly")[0])
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 64
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupProblem as problem:
        print("run.py: " + str(problem), file=sys.stderr)
        return 69
    except KeyboardInterrupt:
        print("\nrun.py: interrupted; run it again to go on.", file=sys.stderr)
        return 130


def _demo(arguments: "list[str]") -> int:
    prepare("runtime")
    return _become([str(PYTHON.with_name("lmis-node" + PYTHON.suffix)), "demo", *arguments], Path.cwd())


def _test(arguments: "list[str]") -> int:
    prepare("dev")
    return _become([str(PYTHON), "-m", "pytest", *arguments], PLACE)


def _lock(arguments: "list[str]") -> int:
    """Keeps the pins that still fit, unless `--upgrade` is among the arguments."""
    if all(lock.exists() for lock in LOCKS.values()):
        prepare("dev")
    requirements = requirements_in_setup_cfg()
    _compile(requirements["runtime"], LOCKS["runtime"], arguments)
    _compile(requirements["runtime"] + requirements["dev"], LOCKS["dev"], [*arguments, "-c", LOCKS["runtime"].name])
    return 0


def prepare(kind: str) -> None:
    """Make `.venv` hold the lock of `kind` ("runtime" or "dev") and this project; quick where it does already.

    Raises: SetupProblem.
    """
    if not LOCKS[kind].exists():
        raise SetupProblem(f"{LOCKS[kind]} is missing; this clone is not complete")
    if _is_installed(kind):
        return
    with _alone():
        if _is_installed(kind):
            return
        if UNFINISHED.exists() or _venv_version() is None or _installed().get("place", str(PLACE)) != str(PLACE):
            _create_venv()
        _install(kind)


def requirements_in_setup_cfg() -> "dict[str, list[str]]":
    """What setup.cfg and pyproject.toml ask for: `runtime` (with the build backend) and `dev`."""
    import tomllib  # noqa: PLC0415 - absent from interpreters that are to be told that they are too old

    setup = configparser.ConfigParser()
    setup.read(PLACE / "setup.cfg", encoding="utf-8")
    build = tomllib.loads((PLACE / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    return {
        "runtime": setup["options"]["install_requires"].split() + list(build),
        "dev": setup["options.extras_require"]["dev"].split(),
    }


def _compile(requirements: "list[str]", lock: Path, options: "list[str]") -> None:
    """Resolve for all platforms and all supported Pythons at once, with one version of each part for all."""
    uv = shutil.which("uv", path=str(PYTHON.parent)) or shutil.which("uv")
    if uv is None:
        raise SetupProblem("renewing the locks needs uv; it is among the development tools of requirements-dev.lock")
    command = [uv, "pip", "compile", "-", "--output-file", lock.name, "--quiet", "--universal", "--generate-hashes"]
    command += ["--python-version", "{}.{}".format(*OLDEST), "--fork-strategy", "fewest", "--no-emit-index-url"]
    command += ["--custom-compile-command", "python3 run.py lock"]
    written = "\n".join(requirements)
    done = subprocess.run([*command, *options], cwd=str(PLACE), input=written, text=True, check=False)
    if done.returncode:
        raise SetupProblem(f"uv could not write {lock.name}; its message stands above")
    print(f"{lock.name}: {len(_pins(lock))} parts")


def _pins(lock: Path) -> "list[str]":
    return re.findall(r"^[A-Za-z0-9][^ ]*==[^ ]+", lock.read_text(encoding="utf-8"), re.MULTILINE)


def _wanted(kind: str) -> str:
    """Digest of all that decides what an installation of `kind` holds."""
    digest = hashlib.sha256(str(_venv_version()).encode())
    for file in (LOCKS[kind], PLACE / "setup.cfg", PLACE / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _installed() -> "dict[str, str]":
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _is_installed(kind: str) -> bool:
    stamp = _installed()
    return stamp.get("place") == str(PLACE) and not UNFINISHED.exists() and stamp.get(kind) == _wanted(kind)


def _venv_version() -> "str | None":
    """Version of the Python in `.venv`; None where there is none that runs, as after an upgrade of the system."""
    if not PYTHON.exists():
        return None
    command = [str(PYTHON), "-I", "-c", "import sys; assert sys.prefix != sys.base_prefix; print(sys.version)"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


@contextlib.contextmanager
def _alone() -> "Iterator[None]":
    """Hold the right to change `.venv`; wait while another start of this file has it.

    Processes started meanwhile with `close_fds=False` share the lock: a pip that outlives this process when it
    is killed keeps the next start waiting, rather than writing into an environment that is being made anew.
    """
    try:
        file = BUSY.open("a")
    except OSError as problem:
        raise _not_writable(problem) from problem
    with file:
        os.set_inheritable(file.fileno(), True)
        if not _try_lock(file.fileno(), wait=False):
            print("Another start of run.py is installing; waiting for it.", flush=True)
            while not _try_lock(file.fileno(), wait=True):
                pass
        try:
            yield
        except OSError as problem:
            raise _not_writable(problem) from problem


def _try_lock(descriptor: int, wait: bool) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows only

            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - absent from Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        # A file system without locks (some network drives) gives other errors: go on without one.
        return problem.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def _not_writable(problem: OSError) -> SetupProblem:
    if problem.errno == errno.ENOSPC:
        return SetupProblem("the disk is full; free about 1.5 GB and run this again")
    return SetupProblem(
        f"{PLACE} cannot be written ({problem.strerror}); clone into a folder of your own, or run this as its owner"
    )


def _create_venv() -> None:
    if VENV.is_symlink():
        raise SetupProblem(f"{VENV} is a link to another place, which is left alone; remove the link")
    interpreter = _interpreter()
    print("Making the environment .venv", flush=True)
    UNFINISHED.touch()
    command = [interpreter, "-I", "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(
        command, env=_environ(), close_fds=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        raise SetupProblem(f"{interpreter} could not make .venv:\n{done.stdout.decode('utf-8', 'replace').strip()}")


def _interpreter() -> str:
    """This Python where it fits, else one on the PATH that does."""
    wanted = "Python {}.{} to {}.{}".format(*OLDEST, *NEWEST)
    itself = getattr(sys, "_base_executable", sys.executable)  # not a Python inside the .venv that is made anew
    fitting = [itself] if OLDEST <= sys.version_info[:2] <= NEWEST else []
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    fitting += [path for path in map(shutil.which, names) if path]
    for python in fitting:
        probe = [python, "-I", "-c", "import ensurepip, venv"]
        if subprocess.run(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    if fitting:
        raise SetupProblem(
            f"{fitting[0]} lacks the module that makes environments. On Debian and Ubuntu: "
            "apt install python3-venv. Then run this again."
        )
    have = "{}.{}".format(*sys.version_info[:2])
    raise SetupProblem(f"this needs {wanted}, and {sys.executable} is {have}; install one of them and run this again")


def _install(kind: str) -> None:
    lock = LOCKS[kind]
    UNFINISHED.touch()
    _pip(["--require-hashes", "--only-binary", ":all:", "-r", str(lock)], len(_pins(lock)))
    UNFINISHED.unlink()
    _pip(["--no-build-isolation", "--no-deps", "--editable", str(PLACE)], 1)
    stamp = dict(_installed(), place=str(PLACE))
    for held in ("runtime", "dev") if kind == "dev" else ("runtime",):
        stamp[held] = _wanted(held)
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    os.replace(str(fresh), str(STAMP))


def _pip(options: "list[str]", parts: int) -> None:
    """Run `pip install`, counting the parts on a terminal; its words are shown where it fails."""
    print("Installing {}".format(f"{parts} parts" if parts > 1 else "the node itself"), flush=True)
    command = [str(PYTHON), "-I", "-m", "pip", "install", "--no-input", "--no-user", "--progress-bar", "off", *options]
    tail: deque[str] = deque(maxlen=200)
    collected = 0
    with subprocess.Popen(
        command,
        env=_environ(),
        close_fds=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as pip:
        for raw in pip.stdout or ():
            line = raw.decode("utf-8", "replace").rstrip()
            tail.append(line)
            collected += line.startswith("Collecting ")
            if sys.stdout.isatty() and parts > 1 and line.startswith(("Collecting ", "Installing ")):
                print("\r  {:<60}".format(line[:60] if collected < parts else "unpacking"), end="", flush=True)
    if sys.stdout.isatty() and parts > 1:
        print("\r" + " " * 64, end="\r", flush=True)
    if pip.returncode:
        said = "\n".join(tail)
        advice = [text for pattern, text in PIP_PROBLEMS if re.search(pattern, said)]
        closing = "\n".join(list(tail)[-12:])
        raise SetupProblem(f"{advice[0] if advice else 'The installation failed.'}\npip said:\n{closing}")


def _environ() -> "dict[str, str]":
    """The caller's environment without what would send Python or pip to another place than `.venv`."""
    dropped = {"PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONPLATLIBDIR", "__PYVENV_LAUNCHER__"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and (not name.upper().startswith("PIP_") or PIP_KEPT.fullmatch(name))
    }
    path = [str(PYTHON.parent), *filter(None, [kept.get("PATH")])]
    return dict(kept, VIRTUAL_ENV=str(VENV), PATH=os.pathsep.join(path), PIP_DISABLE_PIP_VERSION_CHECK="1")


def _become(command: "list[str]", folder: Path) -> int:
    """Turn into `command`, so that signals and exit code are its own; Windows has to wait for it instead."""
    os.chdir(str(folder))
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, _environ())  # noqa: S606 - the command is one of this file's own
    return subprocess.run(command, env=_environ(), check=False).returncode


COMMANDS = {"demo": _demo, "test": _test, "lock": _lock}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
