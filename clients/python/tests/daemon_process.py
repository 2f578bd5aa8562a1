"""A goxel-daemon of a test's own, in a directory of its own."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pytest

_START_S = 20.0


def daemon_program():
    program = os.environ.get("GOXEL_DAEMON", "")
    if not os.access(program, os.X_OK):
        pytest.exit(
            f"GOXEL_DAEMON is {program!r}; set it to the path of the goxel-daemon to test against",
            returncode=2,
        )
    return program


class DaemonProcess:
    """Started at once; stop() also removes the directory."""

    def __init__(self, *flags):
        self._program = daemon_program()
        self.home = tempfile.mkdtemp(prefix="goxel")
        os.chmod(self.home, 0o755)
        self.socket = os.path.join(self.home, "goxel.sock")
        self.renders = os.path.join(self.home, "renders")
        self._flags = flags
        self.start()

    def start(self):
        command = [self._program, "--socket", self.socket, "--render-dir", self.renders]
        log = open(os.path.join(self.home, "log"), "ab")
        self.process = subprocess.Popen(
            [*command, "--config", "/dev/null", *self._flags], stdout=log, stderr=log
        )
        log.close()
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the daemon does not start: " + self.log())
            time.sleep(0.01)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def restart(self):
        """Kill and start: renders stay, connections end."""
        self.kill()
        self.start()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self):
        with open(os.path.join(self.home, "log"), encoding="utf-8") as file:
            return file.read()

    def _answers(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(self.socket) == 0
