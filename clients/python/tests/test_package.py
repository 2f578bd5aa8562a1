"""The package installs without a network, and its types hold."""

import os
import subprocess
import sys
import sysconfig
import zipfile

import goxel_client as goxel

FOLDER = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))


def run(*command, **environment):
    result = subprocess.run(
        command,
        cwd="/",
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def test_pip_installs_it_without_a_network(tmp_path, daemon):
    venv = str(tmp_path / "venv")
    run(sys.executable, "-m", "venv", venv)
    python = os.path.join(venv, "bin", "python3")
    # An index that nobody serves: a download would fail, and so the installation.
    run(
        python, "-m", "pip", "install", FOLDER, PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="0"
    )
    code = (
        "import sys, goxel_client as goxel\n"
        "assert goxel.__file__.startswith(sys.prefix), goxel.__file__\n"
        "print(goxel.__version__, goxel.connect(sys.argv[1]).version())"
    )
    said = run(python, "-c", code, daemon.socket, PYTHONPATH="")
    assert said.split()[0] == goxel.__version__
    run(python, "-m", "pip", "uninstall", "--yes", "goxel-client")


def test_a_wheel_is_the_same_every_time_and_has_all_files(tmp_path):
    sys.path.insert(0, FOLDER)
    try:
        import wheel_builder
    finally:
        sys.path.remove(FOLDER)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    wheels = [
        tmp_path / name / wheel_builder.build_wheel(str(tmp_path / name)) for name in ("one", "two")
    ]
    assert wheels[0].read_bytes() == wheels[1].read_bytes()
    names = zipfile.ZipFile(wheels[0]).namelist()
    package = os.path.join(FOLDER, "goxel_client")
    for name in os.listdir(package):
        if name != "__pycache__":
            assert f"goxel_client/{name}" in names
    assert wheel_builder.build_sdist(str(tmp_path)).endswith(".tar.gz")


def test_the_version_is_that_of_the_project(repository):
    with open(os.path.join(repository, "CMakeLists.txt"), encoding="utf-8") as file:
        assert f"VERSION {goxel.__version__}" in file.read()


def test_the_types_hold():
    mypy = os.path.join(sysconfig.get_path("scripts", "posix_prefix"), "mypy")
    program = [mypy] if os.path.exists(mypy) else [sys.executable, "-m", "mypy"]
    output = run(
        *program,
        "--config-file",
        os.path.join(FOLDER, "pyproject.toml"),
        os.path.join(FOLDER, "goxel_client"),
    )
    assert "Success" in output


def test_no_file_is_longer_than_600_lines():
    for folder, _, names in os.walk(FOLDER):
        for name in names:
            if name.endswith(".py"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    assert sum(1 for _ in file) <= 600, name
