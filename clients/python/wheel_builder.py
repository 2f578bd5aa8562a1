"""The PEP 517 backend of this package: writes its wheel and its sdist.

The package is pure Python without dependencies, so a wheel is a zip of its files
with three small texts. Writing it here keeps `pip install ./clients/python`
from downloading a build tool: it works on a machine without a network.
"""

import base64
import hashlib
import io
import os
import re
import tarfile
import time
import zipfile
from typing import Dict, List

ROOT = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "goxel_client"
TAG = "py3-none-any"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"{PACKAGE}-{_version()}-{TAG}.whl"
    info = f"{PACKAGE}-{_version()}.dist-info"
    files = _package_files()
    files[f"{info}/METADATA"] = _metadata().encode()
    files[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: wheel_builder\n" f"Root-Is-Purelib: true\nTag: {TAG}\n"
    ).encode()
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, time.gmtime(_source_time())[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return name


def build_sdist(sdist_directory, config_settings=None):
    stem = f"{PACKAGE}-{_version()}"
    files = _package_files()
    for path in ("pyproject.toml", "wheel_builder.py", "README.md"):
        files[path] = _read(path)
    files["PKG-INFO"] = _metadata().encode()
    name = f"{stem}.tar.gz"
    with tarfile.open(os.path.join(sdist_directory, name), "w:gz") as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(f"{stem}/{path}")
            entry.size = len(data)
            entry.mtime = _source_time()
            archive.addfile(entry, io.BytesIO(data))
    return name


def _package_files() -> Dict[str, bytes]:
    names: List[str] = sorted(os.listdir(os.path.join(ROOT, PACKAGE)))
    return {
        f"{PACKAGE}/{name}": _read(f"{PACKAGE}/{name}")
        for name in names
        if name.endswith(".py") or name == "py.typed"
    }


def _read(path: str) -> bytes:
    with open(os.path.join(ROOT, path), "rb") as file:
        return file.read()


def _version() -> str:
    source = _read(f"{PACKAGE}/__init__.py").decode()
    match = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    if match is None:
        raise ValueError(f'{PACKAGE}/__init__.py has no line __version__ = "..."')
    return match.group(1)


def _metadata() -> str:
    return (
        "Metadata-Version: 2.1\n"
        "Name: goxel-client\n"
        f"Version: {_version()}\n"
        "Summary: Renders voxel scenes by Goxel Daemon and maps the pixels\n"
        "License: MIT\n"
        "Requires-Python: >=3.9\n"
        "Classifier: Operating System :: POSIX :: Linux\n"
        "Classifier: Typing :: Typed\n"
        "Description-Content-Type: text/markdown\n"
        "\n" + _read("README.md").decode()
    )


def _record(files: Dict[str, bytes], own_path: str) -> bytes:
    lines = []
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
        lines.append(f"{path},sha256={digest.rstrip(b'=').decode()},{len(data)}")
    return "\n".join([*lines, f"{own_path},,", ""]).encode()


def _source_time() -> int:
    """SOURCE_DATE_EPOCH, so that equal sources make equal wheels."""
    return int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))
