import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

import goxel_client as goxel  # noqa: E402
from daemon_process import DaemonProcess  # noqa: E402

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))


@pytest.fixture(scope="session")
def daemon():
    """One for all tests that neither stop it nor need other flags."""
    process = DaemonProcess("--max-renders", "1000")
    yield process
    process.stop()


@pytest.fixture
def own_daemon():
    """Makes daemons with the flags that it is given; they end with the test."""
    started = []

    def start(*flags):
        started.append(DaemonProcess(*flags))
        return started[-1]

    yield start
    for process in started:
        process.stop()


@pytest.fixture
def gx(daemon):
    """A client with a small scene in the default project."""
    with goxel.connect(daemon.socket) as client:
        make_scene(client)
        yield client


def make_scene(client):
    client.call("goxel.create_project", {"name": "scene"})
    client.call(
        "goxel.procedural_shape",
        {"shape_type": "cube", "size_x": 8, "size_y": 6, "size_z": 4, "color": "#cc3322"},
    )


@pytest.fixture
def repository():
    """The root of the repository that this folder is in."""
    return ROOT
