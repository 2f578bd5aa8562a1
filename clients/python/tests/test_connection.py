"""Connections: framing, timeouts, restarts of the daemon, and nobody there."""

import array
import asyncio
import gc
import os
import socket
import subprocess
import sys
import threading
import time

import pytest

import goxel_client as goxel
from conftest import make_scene
from goxel_client import async_connection, connection
from goxel_client.messages import LineFramer
from scripted_server import GREETING, ScriptedServer, line, read_request, reply


def test_replies_that_come_split_and_joined():
    def serve(connection, _):
        request = read_request(connection)
        text = line({"id": request["id"], "result": "first"})
        for byte in text[:-1]:
            connection.sendall(bytes([byte]))
        # The end of the reply and half a notification in one piece.
        notification = line({"method": "news", "params": [1]})
        connection.sendall(text[-1:] + notification[:5])
        request = read_request(connection)
        connection.sendall(notification[5:] + line({"id": request["id"], "result": "second"}))
        read_request(connection)

    with ScriptedServer(serve) as server, goxel.connect(server.path) as gx:
        seen = []
        assert gx.call("a") == "first"
        assert gx.call("b", on_notification=lambda *news: seen.append(news)) == "second"
        assert seen == [("news", [1])]


def test_a_descriptor_belongs_to_the_last_message_that_begins_in_its_chunk():
    framer = LineFramer()
    read, write = os.pipe()
    first, second = framer.feed(b"one\ntwo\n", [read])
    assert (first.descriptors.take(), second.descriptors.take()) == (None, read)
    assert framer.feed(b"thr", [write]) == []
    (third,) = framer.feed(b"ee\n")
    assert third.text == b"three" and third.descriptors.take() == write
    os.close(read), os.close(write)


def test_descriptors_that_nobody_takes_are_closed():
    def serve(connection, _):
        for _ in range(2):
            request = read_request(connection)
            fds = array.array("i", [connection.fileno()] * 3)
            connection.sendmsg(
                [line({"id": request["id"], "result": 1})],
                [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)],
            )

    with ScriptedServer(serve) as server, goxel.connect(server.path) as gx:
        gx.call("warm up")
        gc.collect()
        before = len(os.listdir("/proc/self/fd"))
        gx.call("descriptors")
        assert len(os.listdir("/proc/self/fd")) <= before


def test_a_late_reply_is_not_taken_for_another():
    def serve(connection, number):
        request = read_request(connection)
        if number == 1:
            time.sleep(0.3)
            reply(connection, request, "late")
        else:
            reply(connection, request, "right")

    with ScriptedServer(serve) as server, goxel.connect(server.path) as gx:
        with pytest.raises(goxel.TimedOut, match="longer timeout") as failure:
            gx.call("slow", timeout=0.1)
        assert isinstance(failure.value, TimeoutError)
        assert gx.call("quick") == "right"
        assert server.connections == 2


def test_notifications_do_not_lengthen_the_timeout():
    def serve(connection, _):
        read_request(connection)
        for _ in range(100):
            connection.sendall(line({"method": "news"}))
            time.sleep(0.05)

    with ScriptedServer(serve) as server, goxel.connect(server.path) as gx:
        begin = time.monotonic()
        with pytest.raises(goxel.TimedOut):
            gx.call("slow", timeout=0.3)
        assert time.monotonic() - begin < 3


def test_a_request_that_may_have_been_carried_out_is_not_sent_again():
    requests = []

    def serve(connection, _):
        requests.append(read_request(connection)["method"])  # Then hangs up.

    with ScriptedServer(serve) as server, goxel.connect(server.path) as gx:
        with pytest.raises(goxel.Unavailable, match="may or may not"):
            gx.call("edit")
        assert requests == ["edit"]


def test_a_reply_that_is_no_json_ends_the_connection_only():
    def serve(connection, number):
        request = read_request(connection)
        if number == 1:
            connection.sendall(b"{half\n")
        else:
            reply(connection, request, "whole")

    with ScriptedServer(serve) as server, goxel.connect(server.path) as gx:
        with pytest.raises(goxel.DataLoss, match="cannot be read"):
            gx.call("a")
        assert gx.call("a") == "whole"


def test_a_daemon_of_another_version():
    error = {
        "code": -32008,
        "message": "the daemon speaks 7",
        "data": {"reason": "incompatible_protocol"},
    }

    def serve(connection, _):
        connection.sendall(line({"id": read_request(connection)["id"], "error": error}))

    with ScriptedServer(serve, greet=False) as server:
        with pytest.raises(goxel.IncompatibleProtocol, match="speaks 7") as failure:
            goxel.connect(server.path)
        assert failure.value.code == -32008


def test_a_program_without_a_greeting():
    def serve(connection, _):
        error = {"code": -32601, "message": "Method not found: goxel.hello"}
        connection.sendall(line({"id": read_request(connection)["id"], "error": error}))

    with ScriptedServer(serve, greet=False) as server:
        with pytest.raises(goxel.IncompatibleProtocol, match="does not know goxel.hello"):
            goxel.connect(server.path)


def test_what_the_daemon_says_before_it_hangs_up_is_heard(tmp_path, monkeypatch):
    """Though it closed before the greeting was sent, and sending that fails."""
    error = {"code": -32006, "message": "no room", "data": {"reason": "unavailable"}}
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def refuse(*_):
            accepted, _ = listener.accept()
            accepted.sendall(line({"id": None, "error": error}))
            accepted.close()
            return ["greet"]

        for module in (connection, async_connection):
            monkeypatch.setattr(module, "hello_params", refuse)
        with pytest.raises(goxel.Unavailable, match="no room"):
            goxel.connect(path)
        with pytest.raises(goxel.Unavailable, match="no room"):
            asyncio.run(goxel.aio.connect(path).ping())


def test_the_greeting_says_which_versions_this_package_speaks():
    greetings = []

    def serve(connection, _):
        request = read_request(connection)
        greetings.append(request)
        reply(connection, request, GREETING)

    with ScriptedServer(serve, greet=False) as server, goxel.connect(server.path):
        assert greetings[0]["params"]["protocol"] == {"min": 1, "max": 1}


def test_no_daemon_says_how_to_start_one(tmp_path):
    path = str(tmp_path / "none.sock")
    with pytest.raises(goxel.Unavailable, match=f"goxel-daemon --socket {path}") as failure:
        goxel.connect(path)
    assert isinstance(failure.value, ConnectionError)


def test_a_socket_that_nobody_listens_on(tmp_path):
    path = str(tmp_path / "left.sock")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    with pytest.raises(goxel.Unavailable, match="Connection refused"):
        goxel.connect(path)


def test_a_path_that_is_too_long():
    with pytest.raises(goxel.InvalidArgument, match="has 201 bytes"):
        goxel.connect("/" + "x" * 200)


def test_the_order_in_which_sockets_are_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("GOXEL_SOCKET", "/named")
    assert goxel.find_socket_path() == "/named"
    monkeypatch.delenv("GOXEL_SOCKET")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if not os.path.exists("/run/goxel/goxel.sock"):
        assert goxel.find_socket_path() == "/tmp/goxel.sock"
    (tmp_path / "goxel").mkdir()
    (tmp_path / "goxel" / "goxel.sock").touch()
    assert goxel.find_socket_path() == str(tmp_path / "goxel" / "goxel.sock")


def test_connect_takes_the_socket_from_the_environment(daemon, monkeypatch):
    monkeypatch.setenv("GOXEL_SOCKET", daemon.socket)
    with goxel.connect() as gx:
        assert gx.socket_path == daemon.socket


AS_NOBODY = """
import os, sys
import goxel_client as goxel
os.setgroups([]); os.setgid(65534); os.setuid(65534)
opens = {
    "socket": goxel.connect,
    "index": goxel.Index,
    "render": lambda path: goxel.mapping.map_render(path, 1),
}
try:
    opens[sys.argv[1]](sys.argv[2])
except goxel.PermissionDenied as error:
    assert isinstance(error, PermissionError)
    print(error)
"""


def as_nobody(what, path):
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    package = os.path.dirname(os.path.dirname(goxel.__file__))
    return subprocess.run(
        [sys.executable, "-c", AS_NOBODY, what, path],
        env={**os.environ, "PYTHONPATH": package},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def test_the_socket_of_another_user(own_daemon):
    daemon = own_daemon()
    assert "it belongs to uid 0" in as_nobody("socket", daemon.socket)
    # Even where the mode lets everybody connect the daemon serves its own user.
    os.chmod(daemon.socket, 0o666)
    said = as_nobody("socket", daemon.socket)
    assert "serves only that user and root, not uid 65534" in said
    assert "may not be read by uid 65534" in as_nobody("index", daemon.renders)


def test_a_render_that_this_user_may_not_read(own_daemon):
    daemon = own_daemon()
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        with gx.render(16, 16) as image:
            said = as_nobody("render", image.path)
    assert f"{image.path} may not be read by uid 65534" in said
    assert "run as the daemon's user, give the daemon a --file-mode" in said


def test_a_restart_between_two_calls_goes_unnoticed(own_daemon):
    daemon = own_daemon()
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        with gx.render(32, 32) as image:
            pid = gx.server["pid"]
            daemon.restart()
            assert gx.ping() > 0
            assert gx.server["pid"] not in (pid, None)
            assert image.id in [render["id"] for render in gx.renders()]
            assert bytes(gx.map(image).pixels) == bytes(image.pixels)


def test_a_daemon_that_is_killed_during_a_call(own_daemon):
    daemon = own_daemon()
    with goxel.connect(daemon.socket) as gx:
        killer = threading.Timer(0.2, daemon.kill)
        killer.start()
        with pytest.raises(goxel.Unavailable, match="may or may not"):
            gx.wait("00000000000000ff", timeout=20)
        killer.join()
        with pytest.raises(goxel.Unavailable, match="goxel-daemon --socket"):
            gx.ping()
        daemon.start()
        gx.ping()


def test_an_interrupted_call_does_not_spoil_the_next(gx):
    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gx.render(48, 32, cache="off", on_progress=interrupt)
    with gx.render(48, 32) as image:
        assert image.width == 48


def test_a_forked_process_has_a_connection_of_its_own(gx):
    """Shared, the replies of one process would reach the other."""
    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            wrong = sum(gx.call("echo", [number, n]) != [number, n] for n in range(300))
            os._exit(1 if wrong else 0)
        children.append(child)
    assert all(gx.call("echo", ["parent", n]) == ["parent", n] for n in range(300))
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
