#!/usr/bin/env python3
"""Clients that behave as those of the old daemon do, against this one.

    existing_clients.py GOXEL_DAEMON

Each takes one reply per recv(), as they do: a line break that comes on its own
would be the start of its next reply.
"""

import base64
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest

DAEMON = ""
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class RpcError(Exception):
    """An error reply."""


class Client:
    """One request, one send(), one recv()."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(30)
        self.socket.connect(path)
        self.last_id = 0

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def call(self, method, params=None):
        self.last_id += 1
        request = {"jsonrpc": "2.0", "method": method, "id": self.last_id}
        if params is not None:
            request["params"] = params
        self.socket.send(json.dumps(request).encode())
        reply = json.loads(self.socket.recv(1 << 20))
        assert reply["id"] == self.last_id, reply
        if "error" in reply:
            raise RpcError(reply["error"])
        return reply["result"]


class ExistingClientsTest(unittest.TestCase):

    def setUp(self):
        self.home = tempfile.TemporaryDirectory(prefix="goxel_clients_")
        self.addCleanup(self.home.cleanup)
        self.path = os.path.join(self.home.name, "sock")
        self.renders = os.path.join(self.home.name, "renders")
        # As the old daemon's service files start it.
        self.daemon = subprocess.Popen(
            [DAEMON, "--foreground", "--socket", self.path],
            env=dict(os.environ, GOXEL_RENDER_DIR=self.renders),
            stderr=subprocess.DEVNULL)
        self.addCleanup(self.stop)
        self.wait_for_socket()

    def stop(self):
        self.daemon.terminate()
        self.assertEqual(self.daemon.wait(timeout=30), 0)

    def wait_for_socket(self):
        while True:
            self.assertIsNone(self.daemon.poll(), "the daemon has ended")
            try:
                with self.client() as client:
                    client.call("ping")
                return
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.01)

    def client(self):
        return Client(self.path)

    def test_render_client_of_v16(self):
        """Probes for file transfer, then renders, lists and cleans up."""
        with self.client() as client:
            stats = client.call("goxel.get_render_stats")["stats"]
            self.assertLessEqual(stats["cache_usage_percent"], 1)
            client.call("goxel.create_project", ["V16 Demo", 64, 64, 64])
            for i in range(20):
                client.call("goxel.add_voxel", [i, 0, 0, 255, 10 * i, 0, 255])
            file = client.call("goxel.render_scene", {
                "width": 120, "height": 80, "camera_preset": "isometric",
                "options": {"return_mode": "file_path",
                            "background_color": [10, 20, 30, 255]}})["file"]
            self.assertEqual(file["dimensions"], {"width": 120, "height": 80})
            self.assertEqual(os.path.getsize(file["path"]), file["size"])
            with open(file["path"], "rb") as picture:
                self.assertEqual(picture.read(8), PNG_SIGNATURE)

        # It does the rest over a second connection.
        with self.client() as client:
            info = client.call("goxel.get_render_info", {"path": file["path"]})
            self.assertEqual(info["file"], info["render"])
            self.assertGreater(info["file"]["ttl_remaining"], 3500)
            renders = client.call("goxel.list_renders")
            self.assertEqual(renders["count"], 1)
            self.assertEqual(renders["renders"][0]["path"], file["path"])
            self.assertGreaterEqual(renders["total_size"], file["size"])
            stats = client.call("goxel.get_render_stats")["stats"]
            self.assertEqual(stats["active_renders"], 1)
            gone = client.call("goxel.cleanup_render", [file["path"]])
            self.assertGreaterEqual(gone["freed_bytes"], file["size"])
            self.assertFalse(os.path.exists(file["path"]))

    def test_render_client_of_v15(self):
        """A path, a width and a height."""
        target = os.path.join(self.home.name, "legacy.png")
        with self.client() as client:
            client.call("goxel.create_project", ["Legacy"])
            client.call("goxel.add_voxel", [0, 0, 0, 0, 255, 0])
            reply = client.call("goxel.render_scene", [target, 200, 100])
        self.assertEqual(reply["output_path"], target)
        with open(target, "rb") as picture:
            self.assertEqual(picture.read(8), PNG_SIGNATURE)

    def test_homebrew_client(self):
        with self.client() as client:
            self.assertIn("version", client.call("goxel.get_version", {}))
            client.call("goxel.create_project",
                        {"name": "Homebrew Test", "width": 32})
            client.call("goxel.add_voxel", {
                "position": {"x": 3, "y": -2, "z": 1},
                "color": {"r": 255, "g": 0, "b": 0, "a": 255}})
            voxel = client.call("goxel.get_voxel", {"x": 3, "y": -2, "z": 1})
            self.assertEqual(voxel["color"], [255, 0, 0, 255])
            status = client.call("goxel.get_status")
            self.assertEqual(status["layer_count"], 1)

    def test_formula_of_homebrew(self):
        """Greps the text of the reply."""
        probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with probe:
            probe.connect(self.path)
            probe.send(b'{"jsonrpc":"2.0","method":"goxel.get_status",'
                       b'"params":[],"id":1}\n')
            self.assertIn(b'"result":', probe.recv(4096))
        version = subprocess.run([DAEMON, "--version"], check=True,
                                 capture_output=True, text=True)
        self.assertIn("goxel-daemon version", version.stdout)

    def test_json_rpc_client(self):
        """Coordinates with fractions, channels without a colour, no path."""
        with self.client() as client:
            client.call("goxel.get_version")
            client.call("goxel.create_project",
                        {"name": "Sphere", "width": 16, "height": 16})
            for x in (-0.5, 0.5, 1.5):
                client.call("goxel.add_voxel", {
                    "x": x, "y": 0.5, "z": -0.5,
                    "r": 100, "g": 150, "b": 200, "a": 255})
            voxel = client.call("goxel.get_voxel", [-1, 0, -1])
            self.assertEqual(voxel["color"], [100, 150, 200, 255])
            reply = client.call("goxel.render_scene", {
                "width": 64, "height": 64,
                "camera_position": [20, 20, 20], "camera_target": [0, 0, 0]})
        picture = base64.b64decode(reply["image"], validate=True)
        self.assertEqual(picture[:8], PNG_SIGNATURE)

    def call_once(self, method, params):
        with self.client() as client:
            return client.call(method, params)

    def test_color_analysis_client(self):
        """One connection per request."""
        self.call_once("goxel.create_project", ["Colors", 64, 64, 64])
        for x in range(30):
            self.call_once("goxel.add_voxel",
                           [x, 0, 0, 255 if x < 20 else 0, 0, 255, 255])
        histogram = self.call_once("goxel.get_color_histogram",
                                   {"sort_by_count": True, "top_n": 10})
        self.assertEqual(histogram["total_voxels"], 30)
        self.assertEqual(histogram["histogram"][0]["count"], 20)
        found = self.call_once("goxel.find_voxels_by_color", {
            "color": [0, 0, 255, 255], "tolerance": [5, 5, 5, 0],
            "max_results": 100})
        self.assertEqual(found["match_count"], 10)
        self.assertEqual(found["locations"][0], {"x": 20, "y": 0, "z": 0,
                                                 "layer_id": -1})
        colors = self.call_once("goxel.get_unique_colors",
                                {"sort_by_count": True})
        self.assertEqual([color["hex"] for color in colors["colors"]],
                         ["#FF00FFFF", "#0000FFFF"])

    def test_a_mistake_is_an_error_and_not_the_end(self):
        with self.client() as client:
            with self.assertRaises(RpcError) as caught:
                client.call("goxel.set_background")
            self.assertEqual(caught.exception.args[0]["code"], -32601)
            self.assertTrue(client.call("ping")["pong"])


if __name__ == "__main__":
    DAEMON = sys.argv.pop(1)
    unittest.main()
