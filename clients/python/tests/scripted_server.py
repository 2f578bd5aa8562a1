"""A Unix socket server that sends exactly the bytes that a test says."""

import json
import os
import shutil
import socket
import tempfile
import threading

GREETING = {"protocol": 1, "version": "0", "paths": {"render_dir": "/nowhere"}}


class ScriptedServer:
    """Calls `serve(connection, number)` for each connection, in a thread. It
    has answered goxel.hello, unless `greet` is False.
    """

    def __init__(self, serve, greet=True):
        self._home = tempfile.mkdtemp(prefix="goxel")
        self.path = os.path.join(self._home, "socket")
        self._serve, self._greet = serve, greet
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.connections = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # shutdown() wakes a thread in accept(); close() does not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)
        shutil.rmtree(self._home)

    def _run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.settimeout(10)
                if self._greet:
                    reply(connection, read_request(connection), GREETING)
                try:
                    self._serve(connection, self.connections)
                except OSError:
                    pass  # The client has left.


def read_request(connection):
    """One request: the client under test never sends two at once."""
    text = b""
    while True:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError("the client has left")
        text += chunk
        try:
            return json.loads(text)
        except ValueError:
            continue


def reply(connection, request, result):
    connection.sendall(line({"id": request["id"], "result": result}))


def line(message):
    return json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n"
