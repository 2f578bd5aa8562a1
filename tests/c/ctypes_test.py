#!/usr/bin/env python3
"""libgoxel bound from Python with nothing but ctypes, against the real daemon:
what a binding for another language has to do.

    ctypes_test.py LIBRARY DAEMON HEADER
"""

import ctypes
import json
import re
import subprocess
import sys
import tempfile
import unittest
from ctypes import POINTER, byref, c_char_p, c_int32, c_size_t, c_uint32
from ctypes import c_double, c_uint8, c_uint64, c_void_p
from pathlib import Path

LIBRARY, DAEMON, HEADER = sys.argv[1:4]
OK, NOT_FOUND, UNAVAILABLE = 0, 2, 8


class ConnectOptions(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("socket_path", c_char_p),
        ("timeout_ms", c_uint64),
        ("max_reply_bytes", c_uint64),
    ]


class RenderRequest(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("width", c_uint32),
        ("height", c_uint32),
        ("project_id", c_char_p),
        ("camera_preset", c_char_p),
        ("azimuth", POINTER(c_double)),
        ("elevation", POINTER(c_double)),
        ("roll", POINTER(c_double)),
        ("fov", POINTER(c_double)),
        ("matrix", POINTER(c_double)),
        ("style", c_char_p),
        ("shadows", c_char_p),
        ("background", POINTER(c_uint8)),
        ("cache", c_char_p),
        ("format", c_char_p),
        ("samples", c_uint32),
        ("ttl_seconds", c_uint32),
        ("orthographic", c_int32),
        ("transparent", c_int32),
        ("ground", c_int32),
        ("refuse_degraded", c_int32),
    ]


def load_library():
    library = ctypes.CDLL(LIBRARY)
    for name, result, *arguments in [
        ("goxel_abi_version", c_uint32),
        ("goxel_connect", c_int32, c_void_p, c_void_p, c_void_p),
        ("goxel_call", c_int32, c_void_p, c_char_p, c_char_p, c_void_p, c_void_p),
        ("goxel_client_free", None, c_void_p),
        ("goxel_error_message", c_char_p, c_void_p),
        ("goxel_error_free", None, c_void_p),
        ("goxel_text_free", None, c_void_p),
        ("goxel_render", c_int32, c_void_p, c_void_p, c_void_p, c_void_p),
        ("goxel_image_pixels", c_void_p, c_void_p),
        ("goxel_image_size", c_size_t, c_void_p),
        ("goxel_image_render_id", c_uint64, c_void_p),
        ("goxel_image_free", None, c_void_p),
        ("goxel_catalog_open", c_int32, c_char_p, c_void_p, c_void_p),
        ("goxel_catalog_map", c_int32, c_void_p, c_uint64, c_void_p, c_void_p),
        ("goxel_catalog_free", None, c_void_p),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class BoundLibrary(unittest.TestCase):
    def setUp(self):
        self.library = load_library()
        home = tempfile.TemporaryDirectory(prefix="goxel-ctypes-")
        self.addCleanup(home.cleanup)
        self.socket = Path(home.name, "sock")
        self.renders = Path(home.name, "renders")
        self.client = c_void_p()
        self.addCleanup(lambda: self.library.goxel_client_free(self.client))

    def connect(self):
        options = ConnectOptions(
            ctypes.sizeof(ConnectOptions), bytes(self.socket), 0, 0
        )
        error = c_void_p()
        code = self.library.goxel_connect(
            byref(options), byref(self.client), byref(error)
        )
        message = self.library.goxel_error_message(error).decode()
        self.library.goxel_error_free(error)
        return code, message

    def start(self):
        command = [DAEMON, "--socket", self.socket, "--render-dir", self.renders]
        daemon = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

        def stop():
            daemon.kill()
            daemon.communicate()

        self.addCleanup(stop)
        while self.connect()[0] != OK:
            self.assertIsNone(daemon.poll())

    def image_bytes(self, image):
        return ctypes.string_at(
            self.library.goxel_image_pixels(image), self.library.goxel_image_size(image)
        )

    def test_an_error_has_a_code_and_a_message(self):
        code, message = self.connect()
        self.assertEqual(code, UNAVAILABLE)
        self.assertIn("goxel-daemon", message)

    def test_a_call_answers_with_json(self):
        self.start()
        reply = c_void_p()
        code = self.library.goxel_call(
            self.client, b"goxel.get_version", None, byref(reply), None
        )
        self.assertEqual(code, OK)
        self.assertIn("version", json.loads(ctypes.string_at(reply.value)))
        self.library.goxel_text_free(reply)

    def test_a_render_is_the_same_by_call_and_by_index(self):
        self.start()
        request = RenderRequest(ctypes.sizeof(RenderRequest), 64, 32)
        request.azimuth = ctypes.pointer(c_double(30))
        request.background = (c_uint8 * 4)(1, 2, 3, 255)
        image = c_void_p()
        code = self.library.goxel_render(
            self.client, byref(request), byref(image), None
        )
        self.assertEqual(code, OK)
        pixels = self.image_bytes(image)
        self.assertEqual(len(pixels), 64 * 32 * 4)
        self.assertEqual(pixels[:4], bytes([1, 2, 3, 255]))

        catalog, mapped = c_void_p(), c_void_p()
        code = self.library.goxel_catalog_open(
            bytes(self.renders), byref(catalog), None
        )
        self.assertEqual(code, OK)
        render_id = self.library.goxel_image_render_id(image)
        code = self.library.goxel_catalog_map(catalog, render_id, byref(mapped), None)
        self.assertEqual(code, OK)
        self.assertEqual(self.image_bytes(mapped), pixels)
        code = self.library.goxel_catalog_map(catalog, 17, byref(mapped), None)
        self.assertEqual(code, NOT_FOUND)
        self.library.goxel_image_free(mapped)
        self.library.goxel_image_free(image)
        self.library.goxel_catalog_free(catalog)


class Exports(unittest.TestCase):
    def test_the_library_shows_what_the_header_declares_and_nothing_else(self):
        header = Path(HEADER).read_text()
        declared = set(re.findall(r"^[a-z].*?\b(goxel_\w+)\(", header, re.MULTILINE))
        listing = subprocess.run(
            ["nm", "-D", "--defined-only", LIBRARY],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        exported = {line.split()[-1] for line in listing.splitlines()}
        exported.discard("GOXEL_0")  # The version itself.
        self.assertGreater(len(declared), 40)
        self.assertEqual(exported, {f"{name}@@GOXEL_0" for name in declared})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
