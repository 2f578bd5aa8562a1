"""What the README and the examples say is executed as it stands."""

import os
import re
import subprocess
import sys

import numpy
import PIL.Image
import pytest

HERE = os.path.join(os.path.dirname(__file__), "..")


@pytest.fixture
def environment(gx, daemon, tmp_path, monkeypatch):
    """The daemon as the environment names it, and a scene file in the working directory."""
    monkeypatch.setenv("GOXEL_SOCKET", daemon.socket)
    monkeypatch.setenv("GOXEL_RENDER_DIR", daemon.renders)
    monkeypatch.setenv("PYTHONPATH", os.path.abspath(HERE))
    monkeypatch.chdir(tmp_path)
    gx.call("goxel.export_model", [str(tmp_path / "castle.vox"), "vox"])
    return tmp_path


def test_the_readme(environment, capsys):
    with open(os.path.join(HERE, "README.md"), encoding="utf-8") as file:
        snippets = re.findall(r"```python\n(.*?)```", file.read(), re.DOTALL)
    assert len(snippets) >= 6
    names = {}
    for snippet in snippets:
        exec(compile(snippet, "README.md", "exec"), names)
    said = capsys.readouterr().out
    assert (environment / "castle.png").exists()
    assert "still in use" in said and "16384" in said and "640 480 pam" in said
    assert re.search(r"^[0-9a-f]{64}$", said, re.MULTILINE)  # find_view found it.


def run(name, *arguments):
    program = os.path.join(HERE, "examples", name)
    return subprocess.run(
        [sys.executable, program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_dataset(environment):
    result = run("dataset.py", "castle.vox", "views.npz", "--views", "20", "--size", "32x24")
    assert result.returncode == 0, result.stderr
    views = numpy.load(environment / "views.npz")
    assert views["pixels"].shape == (20, 24, 32, 4) and views["matrices"].shape == (20, 4, 4)
    assert len({view.tobytes() for view in views["pixels"]}) > 10
    for matrix in views["matrices"]:
        assert numpy.allclose(matrix[:3, :3] @ matrix[:3, :3].T, numpy.eye(3))
        assert matrix[3].tolist() == [0, 0, 0, 1] and abs(matrix[:3, 3]).max() > 1


def test_thumbnails(environment):
    scenes = environment / "scenes"
    scenes.mkdir()
    for number in range(6):
        (scenes / f"{number}.txt").write_text(f"0 0 0 ff0000\n{number} 0 1 00ff00\n")
    result = run("thumbnails.py", "scenes", "out", "--size", "32", "--jobs", "3")
    assert result.returncode == 0, result.stderr
    assert sorted(os.listdir("out")) == [f"{number}.txt.png" for number in range(6)]
    assert PIL.Image.open("out/3.txt.png").size == (32, 32)

    (scenes / "broken.vox").write_bytes(b"no scene")
    result = run("thumbnails.py", "scenes", "out", "--size", "32")
    assert result.returncode == 1 and "broken.vox" in result.stderr
    assert "6 thumbnails" in result.stdout
