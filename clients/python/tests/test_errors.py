"""Each reason that the daemon gives is an exception class of its own."""

import contextlib
import os
import shutil
import subprocess
import time

import pytest

import goxel_client as goxel
from conftest import make_scene
from goxel_client.errors import error_from_reply


def refused(call, kind, match, **data):
    with pytest.raises(kind, match=match) as failure:
        call()
    error = failure.value
    assert type(error) is kind and error.reason == kind.reason
    assert isinstance(error.code, int) and isinstance(error, goxel.GoxelError)
    for name, value in data.items():
        assert error.data[name] == value
    return error


def test_invalid_argument(gx):
    error = refused(lambda: gx.render(0, 10), goxel.InvalidArgument, "width is 0; expected")
    assert isinstance(error, ValueError)


def test_method_not_found(gx):
    error = refused(lambda: gx.call("goxel.fly"), goxel.MethodNotFound, "goxel.fly")
    assert isinstance(error, goxel.NotFound) and error.code == -32601


def test_not_found(gx):
    error = refused(lambda: gx.touch("00000000000000ff"), goxel.NotFound, "00000000000000ff")
    assert isinstance(error, LookupError)


def test_codes_of_older_clients_have_the_same_classes(gx):
    error = refused(lambda: gx.load("/nonexistent.vox"), goxel.NotFound, "No such file")
    assert error.code == -1002 and error.data["errno"] == "ENOENT"


def test_a_hint_is_part_of_the_message(gx):
    call = lambda: gx.call("goxel.delete_layer", {"layer_id": 99})  # noqa: E731
    assert "there is no layer 99" in str(refused(call, goxel.NotFound, "layer 99"))


def test_too_large(gx):
    refused(lambda: gx.render(20000, 10), goxel.TooLarge, "20000", requested=20000, limit=16384)


def test_a_picture_that_is_too_large_for_a_reply(own_daemon):
    daemon = own_daemon("--max-inline-size", "10K")
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        call = lambda: gx.render_bytes(900, 800, format="bmp")  # noqa: E731
        refused(call, goxel.TooLarge, "max_inline_size|10240", limit=10240)
        assert gx.render_file(900, 800, format="bmp").size > 10240  # A file may be larger.


def test_failed_precondition(gx):
    gx.call("goxel.create_project", {"name": "new"})
    refused(lambda: gx.call("goxel.undo"), goxel.FailedPrecondition, "nothing to undo")


def test_timed_out(gx):
    call = lambda: gx.wait("00000000000000ff", timeout=0.01)  # noqa: E731
    error = refused(call, goxel.TimedOut, "within 10 ms", timeout_ms=10)
    assert isinstance(error, TimeoutError)


def test_incompatible_protocol(gx):
    params = {"protocol": {"min": 8, "max": 9}}
    call = lambda: gx.call("goxel.hello", params)  # noqa: E731
    refused(call, goxel.IncompatibleProtocol, "8 to 9", theirs="8 to 9")


def test_data_loss(gx, tmp_path):
    (tmp_path / "cut.vox").write_bytes(b"VOX \x96\0\0\0MAIN\0\0\0\0\xff\0\0\0")
    refused(lambda: gx.load(tmp_path / "cut.vox"), goxel.DataLoss, "cut.vox")


def test_permission_denied(own_daemon, tmp_path):
    daemon = own_daemon("--allowed-output-roots", "/var/empty")
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        call = lambda: gx.render_to(tmp_path / "a.png", 8, 8)  # noqa: E731
        error = refused(call, goxel.PermissionDenied, "a.png")
        assert isinstance(error, PermissionError)


def test_resource_exhausted(own_daemon):
    daemon = own_daemon("--max-renders", "2")
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        held = [gx.render(8, 8), gx.render(8, 9)]
        error = refused(lambda: gx.render(8, 10), goxel.ResourceExhausted, "")
        assert error.data["retry_after_ms"] > 0
        del held


def test_file_transfer_disabled(own_daemon):
    daemon = own_daemon("--disable-file-transfer")
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        call = lambda: gx.render(8, 8, fallback=[])  # noqa: E731
        refused(call, goxel.FileTransferDisabled, "", reason="file_transfer_disabled")
        with gx.render(8, 8) as image:  # By a descriptor instead.
            assert image.path is None
            assert image.degraded["requested"] == "mmap" and image.degraded["delivered"] == "fd"


def test_storage_failed_and_what_comes_instead(own_daemon):
    daemon = own_daemon()
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        shutil.rmtree(daemon.renders)
        with open(daemon.renders, "w", encoding="utf-8"):
            pass
        refused(lambda: gx.render(8, 8, fallback=[]), goxel.StorageFailed, daemon.renders)
        with gx.render(8, 8) as image:
            assert image.degraded["reason"] == "storage_failed"
        file = gx.render_file(8, 8)
        assert file.path is None and file.degraded and file.read().startswith(b"\x89PNG")
        os.remove(daemon.renders)


def test_a_full_disk_and_what_comes_instead(own_daemon):
    daemon = own_daemon()
    daemon.kill()
    with small_disk(daemon.renders, 1 << 20):
        daemon.start()
        with goxel.connect(daemon.socket) as gx:
            make_scene(gx)
            refused(
                lambda: gx.render(1000, 999, fallback=[]), goxel.StorageFailed, "", errno="ENOSPC"
            )
            with gx.render(1000, 999) as image:
                assert image.path is None and len(image.pixels) == 1000 * 999 * 4
                assert image.degraded["errno"] == "ENOSPC"
            assert gx.render_bytes(1000, 999).startswith(b"\x89PNG")
            gx.render(100, 99).close()  # There is room for this one.
        daemon.kill()


@contextlib.contextmanager
def small_disk(folder, size):
    """A filesystem of `size` bytes on `folder`."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", folder]
    if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode != 0:
        pytest.skip("only root, and not in every container, can mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_unavailable(own_daemon):
    daemon = own_daemon("--max-connections", "1")
    with first_connection(daemon):
        refused(lambda: goxel.connect(daemon.socket), goxel.Unavailable, "connections are in use")


def first_connection(daemon):
    """That of the daemon's start may not have ended yet."""
    for _ in range(100):
        try:
            return goxel.connect(daemon.socket)
        except goxel.Unavailable:
            time.sleep(0.02)
    raise AssertionError("the daemon's one connection is never free")


@pytest.mark.parametrize(
    "code, reason, kind",
    [
        (-32009, "render_failed", goxel.RenderFailed),
        (-32011, "cancelled", goxel.Cancelled),
        (-32603, "internal", goxel.InternalError),
        # Without a reason, or one of a later version, the code tells.
        (-32003, None, goxel.ResourceExhausted),
        (-32700, None, goxel.InvalidArgument),
        (-32004, "much_too_large", goxel.TooLarge),
        (-1, None, goxel.InternalError),
    ],
)
def test_reasons_that_a_healthy_daemon_does_not_give(code, reason, kind):
    data = {"reason": reason} if reason else None
    error = error_from_reply({"code": code, "message": "why", "data": data})
    assert type(error) is kind and error.code == code and str(error) == "why"


def test_a_careless_error_is_still_an_error():
    for strange in ({}, {"code": "x", "data": 7}, {"message": None, "data": []}):
        assert isinstance(error_from_reply(strange), goxel.InternalError)
