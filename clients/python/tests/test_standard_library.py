"""The package needs nothing but the standard library, and imports nothing else."""

import os
import subprocess
import sys

import goxel_client as goxel

PACKAGE = os.path.dirname(os.path.dirname(goxel.__file__))

BLOCKED = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("numpy", "PIL"):
            raise ImportError(name + " is blocked")

sys.meta_path.insert(0, Blocker())
"""

USE = (
    BLOCKED
    + """
import goxel_client as goxel

with goxel.connect(sys.argv[1]) as gx:
    gx.call("goxel.create_project", {"name": "plain", "project_id": "plain"})
    with gx.render(32, 24, project_id="plain") as image, gx.index() as index:
        assert len(image.pixels) == 32 * 24 * 4 and image.row(3)[3] == 255
        assert image._repr_png_().startswith(b"\\x89PNG")
        assert image.__array_interface__["shape"] == (24, 32, 4)
        image.save(sys.argv[2] + "/a.png")
        image.save(sys.argv[2] + "/a.pam")
        with index.map(image.id) as mapped:
            assert mapped.sha256() == image.sha256()
        for use in (image.pil, lambda: image.save(sys.argv[2] + "/a.jpg")):
            try:
                use()
            except ImportError as error:
                assert "python3-pil" in str(error)
            else:
                raise AssertionError("an ImportError was expected")
    with gx.render(32, 24, project_id="plain", mode="fd") as sealed:
        assert sealed.path is None
    gx.call("goxel.close_project", ["plain"])
print("used")
"""
)

IMPORTS = """
import sys
before = set(sys.modules)
import goxel_client
heavy = {"numpy", "PIL", "asyncio"} & {name.split(".")[0] for name in set(sys.modules) - before}
assert not heavy, heavy
assert goxel_client.aio.connect
print("imported")
"""


def run(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": PACKAGE},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.strip()


def test_it_works_without_numpy_and_pillow(gx, daemon, tmp_path):
    assert run(USE, daemon.socket, str(tmp_path)) == "used"


def test_importing_it_imports_neither_them_nor_asyncio():
    assert run(IMPORTS) == "imported"


def test_waiting_without_ctypes(gx, daemon):
    code = (
        BLOCKED.replace('("numpy", "PIL")', '("ctypes", "_ctypes")')
        + """
import goxel_client as goxel
with goxel.connect(sys.argv[1]) as gx, gx.index() as index:
    with gx.render(32, 24) as image:
        print(index.wait(image.id).id == image.id)
    try:
        index.wait("00000000000000ff", timeout=0.1)
    except goxel.TimedOut:
        print("timed out")
"""
    )
    assert run(code, daemon.socket) == "True\ntimed out"
