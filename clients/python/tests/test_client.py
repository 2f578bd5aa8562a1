"""The calls of a Client against a real daemon, in every return mode."""

import os
import threading
import time

import numpy
import PIL.Image
import pytest

import goxel_client as goxel
from conftest import make_scene

PNG = b"\x89PNG\r\n\x1a\n"


def test_every_return_mode_shows_the_same_picture(gx, tmp_path):
    view = {"width": 64, "height": 48, "camera": "front"}

    mapped = numpy.array(gx.render(**view))
    sealed = numpy.array(gx.render(**view, mode="fd"))
    file = gx.render_file(**view)
    inline = gx.render_bytes(**view)
    path = gx.render_to(tmp_path / "picture.png", **view)

    (tmp_path / "inline.png").write_bytes(inline)
    decoded = [
        numpy.asarray(PIL.Image.open(each).convert("RGBA"))
        for each in (file.path, tmp_path / "inline.png", path)
    ]
    assert mapped.shape == (48, 64, 4) and len(numpy.unique(mapped.reshape(-1, 4), axis=0)) > 1
    for other in (sealed, *decoded):
        assert numpy.array_equal(mapped, other)


def test_a_mapped_render_is_the_file_of_its_path(gx):
    with gx.render(64, 48) as image:
        with open(image.path, "rb") as file:
            assert file.read()[4096:] == bytes(image.pixels)
        assert (image.width, image.height, image.stride) == (64, 48, 256)
        assert len(image.id) == 16 and image.id in image.path
        assert image.degraded is None


def test_a_sealed_render_has_no_path(gx):
    with gx.render(64, 48, mode="fd") as image:
        assert image.path is None
        assert len(image.pixels) == 64 * 48 * 4


def test_the_second_render_is_cached(gx):
    with gx.render(66, 44) as first, gx.render(66, 44) as second:
        assert not first.cached and second.cached
        assert first.id == second.id


def test_a_camera_by_name_and_by_fields(gx):
    with gx.render(64, 48, camera="top") as by_name:
        fields = {"azimuth": 0, "elevation": 90}
        with gx.render(64, 48, camera=fields) as by_fields:
            assert by_name.id == by_fields.id
            assert by_fields.camera["elevation"] == pytest.approx(90)


def test_options_reach_the_daemon(gx):
    with gx.render(64, 48, background_color=[1, 2, 3, 255]) as image:
        assert bytes(image.pixels[:4]) == b"\x01\x02\x03\xff"
    with gx.render(64, 48, transparent=True) as image:
        assert image.pixels[3] == 0


def test_an_older_camera_is_read_from_the_file(gx):
    with gx.render(64, 48, camera="left") as image, gx.map(image.id) as again:
        assert again.reply.get("camera") is None
        for name in ("azimuth", "elevation", "distance"):
            assert again.camera[name] == pytest.approx(image.camera[name])


def test_files_have_the_format_of_their_names(gx, tmp_path):
    for name, magic in (("a.png", PNG), ("a.jpg", b"\xff\xd8"), ("a.bmp", b"BM"), ("a.ppm", b"P6")):
        path = gx.render_to(str(tmp_path / name), 32, 32)
        with open(path, "rb") as file:
            assert file.read(8).startswith(magic)


def test_a_relative_path_starts_where_the_client_is(gx, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert gx.render_to("here.png", 32, 32) == str(tmp_path / "here.png")
    assert (tmp_path / "here.png").exists()


def test_a_file_of_an_output_dir_is_the_callers_own(gx, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = gx.render_file(32, 32, output_dir=".")
    assert os.path.dirname(file.path) == str(tmp_path)
    assert file.id == "" and file.expires_at == 0
    with pytest.raises(goxel.InvalidArgument, match="no render id"):
        gx.touch(file)


def test_load_makes_paths_absolute(gx, tmp_path, monkeypatch):
    (tmp_path / "one.txt").write_text("0 0 0 ff0000\n1 2 3 00ff00\n")
    monkeypatch.chdir(tmp_path)
    loaded = gx.load("one.txt", project_id="by-path")
    assert loaded["voxels"] == 2
    assert gx.load("builtin:demo", project_id="by-path")["format"] == "builtin"
    gx.call("goxel.close_project", ["by-path"])


def test_renders_info_touch_pin_and_remove(gx):
    with gx.render(43, 29, ttl_seconds=500) as image:
        pass
    assert image.id in [render["id"] for render in gx.renders()]
    assert gx.info(image)["render"]["ttl_remaining"] <= 500
    assert gx.info(image.id, checksum="sha256")["render"]["checksum"].startswith("sha256:")
    assert gx.touch(image, 900)["ttl_remaining"] in (899, 900)
    assert gx.pin(image)["pinned"] is True
    assert gx.pin(image, False)["pinned"] is False
    assert gx.remove(image) > 43 * 29 * 4
    with pytest.raises(goxel.NotFound):
        gx.info(image)
    with pytest.raises(goxel.NotFound):
        gx.map(image)


def test_encode_makes_another_file_of_a_render(gx):
    with gx.render(40, 30) as image:
        file = gx.encode(image)
        assert file.read().startswith(PNG) and file.format == "png"
        assert gx.encode(image, "jpg", quality=50).read().startswith(b"\xff\xd8")
        assert gx.encode(image).cached


def test_wait_answers_when_another_client_renders(gx, daemon):
    with gx.render(41, 31, cache="refresh") as image:
        key = image.record["key"]
    gx.remove(image)

    def later():
        with goxel.connect(daemon.socket) as other:
            time.sleep(0.1)
            other.render(41, 31).close()

    thread = threading.Thread(target=later)
    thread.start()
    found = gx.wait(key=key, timeout=20)
    thread.join()
    assert found["key"] == key and found["id"] != image.id


def test_figures_of_the_daemon(gx):
    assert gx.stats()["max_renders"] == 1000
    assert gx.ping() == pytest.approx(time.time(), abs=5)
    assert gx.version() == gx.server["version"]
    assert "mmap" in gx.server["features"]


def test_progress_is_told_until_all_rows_are_final(gx):
    seen = []
    gx.render(64, 48, cache="off", on_progress=lambda *rows: seen.append(rows)).close()
    assert seen and seen[-1] == (48, 48)


def test_projects_are_apart(gx):
    gx.call("goxel.create_project", {"name": "other", "project_id": "other"})
    with gx.render(64, 48) as here, gx.render(64, 48, project_id="other") as there:
        assert here.sha256() != there.sha256()
    gx.call("goxel.close_project", ["other"])


def test_a_closed_client_says_so(daemon):
    client = goxel.connect(daemon.socket)
    image = None
    with client:
        make_scene(client)
        image = client.render(16, 16)
    client.close()
    with pytest.raises(goxel.FailedPrecondition, match="closed"):
        client.ping()
    assert len(image.pixels) == 16 * 16 * 4  # Outlives its client.


@pytest.mark.parametrize(
    "call",
    [
        lambda gx: gx.render(8, 8, mode="base64"),
        lambda gx: gx.render(8, 8, aov=["depth"]),
        lambda gx: gx.planes(8, 8, "depth"),
        lambda gx: gx.wait(),
        lambda gx: gx.wait("00000000000000ff", key="0" * 32),
        lambda gx: next(gx.turntable(0)),
        lambda gx: gx.views("front"),
        lambda gx: gx.sheet("front"),
        lambda gx: gx.call("echo", [float("nan")]),
        lambda gx: gx.call("echo", [object()]),
    ],
)
def test_what_cannot_be_sent_is_refused_here(gx, call):
    with pytest.raises(goxel.InvalidArgument):
        call(gx)
    gx.ping()
