"""Content keys that are made here are those that the daemon makes."""

import os
import re

import pytest

import goxel_client as goxel
from goxel_client.content_key import View

WORKED = {"preset": "isometric", "elevation": 30, "ortho": True}


def test_the_worked_example_of_the_documentation(repository):
    with open(os.path.join(repository, "docs", "content-keys.md"), encoding="utf-8") as file:
        page = file.read()
    text = re.search(r"```text\n(.*?)```", page, re.DOTALL).group(1)
    keys = dict(re.findall(r"^(pam|png) ([0-9a-f]{32})$", page, re.MULTILINE))
    scene = int(re.search(r"^scene ([0-9a-f]{32})$", text, re.MULTILINE).group(1), 16)
    build = int(re.search(r"^build ([0-9a-f]{16})$", text, re.MULTILINE).group(1), 16)
    pam, png = (View(800, 600, WORKED, format=kind) for kind in ("pam", "png"))
    assert pam.text(scene, build) == text
    assert (pam.key(scene, build), png.key(scene, build)) == (keys["pam"], keys["png"])


MATRIX = [1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, -80, 2, 1]
# The same pose: y down, z ahead.
OPENCV = [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, -80, 2, 1]

VIEWS = [
    {},
    {"camera": "isometric"},
    {"camera": "right"},
    {"camera": {"azimuth": 10}},
    {"camera": {"elevation": -0.0, "roll": 5, "fov": 33.3}},
    {"camera": {"target": [1, 2, 3], "distance": 77}},
    {"camera": {"target": {"x": 1, "y": 2, "z": 3}, "margin": 0.2}},
    {"camera": {"distance": 50, "fit": True}},
    {"camera": {"eye": [30, -40, 20]}},
    {"camera": {"eye": [30, -40, 20], "target": [0, 0, 1], "roll": 3}},
    {"camera": {"ortho": True}},
    {"camera": {"ortho": True, "ortho_height": 25}},
    {"camera": {"matrix": MATRIX}},
    {"camera": {"matrix": [MATRIX[0:4], MATRIX[4:8], MATRIX[8:12], MATRIX[12:16]]}},
    {"camera": {"matrix": OPENCV, "convention": "opencv"}},
    {"camera": "true_isometric"},
    {"camera": {"preset": "dimetric", "azimuth": 20}},
    {"camera": {"eye": [30, -40, 20], "up": [1, 0, 0]}},
    {"camera": {"intrinsics": [[60, 0, 24], [0, 62, 18], [0, 0, 1]], "distance": 90, "near": 1, "far": 500}},
    {"camera": {"matrix": MATRIX, "intrinsics": [60, 0, 20, 0, 60, 18, 0, 0, 1]}},
    {"camera": {"ortho": True, "ortho_width": 25}},
    {"transparent": True},
    {"background_color": [10, 20, 30]},
    {"background_color": [10, 20, 30, 0]},
    {"background_color": [10, 20, 30], "background_bottom": [10, 20, 30, 255]},
    {"background_color": [10, 20, 30], "background_bottom": [30, 20, 10]},
    {"shading": "flat"},
    {"style": "flat"},
    {"style": "flat", "shadows": True},
    {"style": "flat", "ground": True, "light": {"azimuth": 20}},
    {"style": "clay", "samples": 9},
    {"style": "goxel", "background_bottom": [1, 2, 3]},
    {"shadows": False, "ambient_occlusion": False, "samples": 1},
    {"shadows": "smooth"},
    {"outline": True},
    {"outline": {"width": 2, "color": [255, 0, 0]}},
    {"light": {"elevation": 50, "follows_camera": False, "intensity": 1.5}},
    {"light": {"follows_camera": False}},
    {"light": {"azimuth": -30, "follows_camera": True, "shadow": 0.5, "ambient": 2}},
]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_the_index_finds_what_the_daemon_made_of_the_same_arguments(gx, view):
    with gx.index() as index, gx.render(48, 36, **view) as image:
        assert index.find_view(48, 36, **view).id == image.id


@pytest.mark.parametrize(
    "options",
    [
        {"format": "png"},
        {"format": "png", "compression": "smallest"},
        {"format": "jpg"},
        {"format": "jpg", "quality": 50},
        {"format": "bmp"},
    ],
    ids=str,
)
def test_the_index_finds_files_of_other_formats(gx, options):
    file = gx.render_file(48, 36, **options)
    with gx.index() as index:
        assert index.find_view(48, 36, **options).id == file.id


def test_how_long_a_render_lives_is_no_part_of_its_key(gx):
    options = {"ttl_seconds": 77, "checksum": "xxh3", "cache": "refresh", "fallback": []}
    with gx.index() as index, gx.render(48, 36, **options) as image:
        assert index.find_view(48, 36, **options).id == image.id
        assert index.find_view(48, 36).id == image.id


def test_another_view_is_not_found(gx):
    with gx.index() as index, gx.render(48, 36, camera="front"):
        assert index.find_view(48, 36, camera={"azimuth": 0.001, "elevation": 0}) is None
        assert index.find_view(48, 37, camera="front") is None


def test_an_edited_scene_has_no_picture_yet(gx):
    with gx.index() as index, gx.render(48, 36) as image:
        gx.call("goxel.add_voxel", [30, 30, 30, 1, 2, 3])
        with pytest.raises(goxel.FailedPrecondition, match="render once first"):
            index.find_view(48, 36)
        with gx.render(48, 36) as fresh:
            assert fresh.id != image.id and index.find_view(48, 36).id == fresh.id


@pytest.mark.parametrize(
    "view, why",
    [
        ({"camera": "above"}, "isometric"),
        ({"camera": {"stored": "hero"}}, "camera.stored"),
        ({"light": {"colour": 1}}, "light.colour"),
        ({"fog": True}, "with fog"),
        ({"shading": "phong"}, "lit or flat"),
        ({"background_color": "red"}, "integers from 0 to 255"),
        ({"outline": {"color": [1, 2]}}, "integers from 0 to 255"),
        ({"format": "gif"}, "png"),
        ({"format": "png", "compression": "best"}, "smallest"),
    ],
)
def test_what_no_key_is_known_of(view, why):
    with pytest.raises(goxel.InvalidArgument, match=why):
        View(8, 8, **view)
