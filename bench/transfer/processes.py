"""The processes of the comparison: servers, clients, and what they occupy."""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

KIBIBYTE = 1024

START_LIMIT_S = 20
ANSWER_LIMIT_S = 180

# Above what an 8K picture takes, raw and as base64.
LARGEST_PICTURE = 256 << 20


class ComparisonError(Exception):
    """A process of the comparison failed; the message says which, and how."""


def memory_parent():
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()


@contextlib.contextmanager
def scratch_directory():
    path = tempfile.mkdtemp(prefix="goxel-transfer-", dir=memory_parent())
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def call(socket_path, method, params=None):
    """One request to the daemon; its result."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_LIMIT_S)
        connection.connect(socket_path)
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        connection.sendall(json.dumps(request).encode() + b"\n")
        with connection.makefile("rb") as replies:
            reply = json.loads(replies.readline())
    if "error" in reply:
        raise ComparisonError(f"{method}: {reply['error']['message']}")
    return reply["result"]


def before_exec(core):
    """What a new process does first: it ends when this one does, and keeps to
    `core`, or to none in particular when that is None."""
    die_with_parent = 1  # PR_SET_PDEATHSIG.

    def prepare():
        ctypes.CDLL(None).prctl(die_with_parent, signal.SIGKILL)
        if core is not None:
            os.sched_setaffinity(0, {core})

    return prepare


class Server:
    """A server with a socket and a directory of its own, until it is closed.

    core: the only core that it may use, or None for all.
    """

    def __init__(self, name, command, socket_path, core=None):
        self.name = name
        self.socket = socket_path
        self._process = subprocess.Popen(command, preexec_fn=before_exec(core))
        self.pid = self._process.pid
        deadline = time.monotonic() + START_LIMIT_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise ComparisonError(f"{name} does not answer on {socket_path}")
            time.sleep(0.005)

    def _answers(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            return connection.connect_ex(self.socket) == 0

    def close(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        self._process.wait()


@contextlib.contextmanager
def daemon(program, home, max_renders, core=None):
    """The real daemon with the built-in scene.

    max_renders: few, so that after a few renders each takes the place of an
    older one, as in a daemon that has run for a while.
    """
    socket_path = os.path.join(home, "goxel.sock")
    server = Server(
        "goxel-daemon",
        [program, "--socket", socket_path,
         "--render-dir", os.path.join(home, "renders"),
         "--max-renders", str(max_renders), "--log-level", "error",
         "--max-render-size", str(LARGEST_PICTURE),
         "--max-inline-size", str(LARGEST_PICTURE)],
        socket_path, core)
    try:
        call(socket_path, "goxel.load_project", {"path": "builtin:demo"})
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def naive_server(program, home):
    socket_path = os.path.join(home, "naive.sock")
    server = Server("goxel_naive_server", [program, socket_path, home], socket_path)
    try:
        yield server
    finally:
        server.close()


class Client:
    """A goxel_transfer_client that has said it is ready."""

    def __init__(self, program, flags, core=None):
        command = [program]
        for name, value in flags.items():
            command.append(f"--{name}")
            if value is not True:
                command.append(str(value))

        self._what = f"{flags['mode']} at {flags['width']}x{flags['height']}"
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, bufsize=1,
            preexec_fn=before_exec(core))
        self.pid = self._process.pid

    def _line(self):
        ready, _, _ = select.select([self._process.stdout], [], [], ANSWER_LIMIT_S)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self._process.kill()
            _, errors = self._process.communicate()
            raise ComparisonError(f"{self._what}: {errors.strip() or 'no answer'}")
        return line

    def await_ready(self):
        if self._line() != "ready\n":
            raise ComparisonError(f"{self._what}: not ready")

    def go(self):
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def result(self):
        return json.loads(self._line())

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        self._process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self.close()


def _status_bytes(pid):
    """The memory figures of /proc/PID/status by name, in bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        fields = (line.split() for line in file)
        return {words[0].rstrip(":"): int(words[1]) * KIBIBYTE
                for words in fields if len(words) == 3 and words[2] == "kB"}


class MemoryWatch:
    """How much a process grows at most, from here on, in bytes.

    The kernel keeps the peak of everything resident; how much of that is heap
    (anonymous) and how much shared (files and shared memory) is sampled every
    other millisecond. `heap` is at least what the peak leaves over the most
    that was shared, so that a heap between two samples is not missed.
    """

    def __init__(self, pid):
        self._pid = pid
        with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")  # Forgets the peak.
        self._before = _status_bytes(pid)
        self._heap = self._shared = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    @staticmethod
    def _shared_of(status):
        return status["RssShmem"] + status["RssFile"]

    def _sample(self):
        while not self._stop.is_set():
            self._look(_status_bytes(self._pid))
            self._stop.wait(0.002)

    def _look(self, status):
        heap = status["RssAnon"] - self._before["RssAnon"]
        shared = self._shared_of(status) - self._shared_of(self._before)
        self._heap = max(self._heap, heap)
        self._shared = max(self._shared, shared)

    def stop(self):
        self._stop.set()
        self._thread.join()
        status = _status_bytes(self._pid)
        self._look(status)
        peak = status["VmHWM"] - self._before["VmRSS"]
        return {"heap": max(self._heap, peak - self._shared), "shared": self._shared}
