"""Planes of a view: each of them an Image, closed together."""

import numpy
import pytest

import goxel_client as goxel
from goxel_client import pixel_format as formats
from plane_file import plane_file
from scripted_server import ScriptedServer, read_request, reply

DEPTH, IDS, COLOR = 0xD1, 0xD2, 0xD3


@pytest.fixture
def planes_server(tmp_path):
    """Answers as a daemon with planes; `requests` has what it was asked."""
    depth = numpy.full((2, 3), numpy.inf, "<f4")
    depth[0, 1] = 12.5
    ids = numpy.arange(6, dtype="<u2").reshape(2, 3)
    files = {
        DEPTH: plane_file(tmp_path, formats.FLOAT32, 3, 2, depth.tobytes(), DEPTH),
        IDS: plane_file(tmp_path, formats.UINT16, 3, 2, ids.tobytes(), IDS),
        COLOR: plane_file(tmp_path, formats.RGBA8, 3, 2, bytes(range(24)), COLOR),
    }

    def part(number):
        return {
            "file": {"path": files[number]},
            "mapping": {"offset": 4096},
            "render": {"id": f"{number:016x}", "cached": number == DEPTH},
        }

    requests = []

    def serve(connection, _):
        while True:
            request = read_request(connection)
            requests.append(request["params"])
            color = request["params"]["options"].get("color", True)
            common = {"objects": [{"id": 1, "name": "roof"}], "camera": {"azimuth": 45}}
            planes = {"depth": part(DEPTH), "object_id": part(IDS)}
            if "lost" in request["params"]["options"]["aov"]:
                planes["lost"] = {"render": {"id": "1" * 16}}
            result = {"success": True, **common, "planes": planes, **(part(COLOR) if color else {})}
            reply(connection, request, result)

    with ScriptedServer(serve) as server:
        server.requests = requests
        yield server


def test_planes_and_picture(planes_server):
    with goxel.connect(planes_server.path) as gx:
        with gx.planes(3, 2, ["depth", "object_id"], camera="front", samples=1) as planes:
            assert sorted(planes) == ["color", "depth", "object_id"] and len(planes) == 3
            depth = numpy.array(planes["depth"])
            assert depth.dtype == numpy.float32 and depth[0, 1] == 12.5 and numpy.isinf(depth[1, 1])
            assert numpy.array(planes["object_id"]).tolist() == [[0, 1, 2], [3, 4, 5]]
            assert planes["color"].shape == (2, 3, 4)
            assert planes["depth"].cached and not planes["color"].cached
            assert planes["depth"].camera == {"azimuth": 45}
            assert planes.reply["objects"][0]["name"] == "roof"
        assert all(image.closed for image in planes.values())
    (params,) = planes_server.requests
    assert params["camera_preset"] == "front"
    assert params["options"] == {
        "return_mode": "mmap",
        "aov": ["depth", "object_id"],
        "samples": 1,
    }


def test_data_without_a_picture(planes_server):
    with goxel.connect(planes_server.path) as gx:
        with gx.planes(3, 2, ["depth", "object_id"], color=False) as planes:
            assert sorted(planes) == ["depth", "object_id"]
    assert planes_server.requests[0]["options"]["color"] is False


def test_closing_planes_with_a_live_view(planes_server):
    with goxel.connect(planes_server.path) as gx:
        planes = gx.planes(3, 2, ["depth", "object_id"])
        view = numpy.asarray(planes["depth"])
        with pytest.raises(BufferError, match=f"{DEPTH:016x}"):
            planes.close()
        assert planes["object_id"].closed and not planes["depth"].closed
        del view
        planes.close()


def test_when_one_cannot_be_mapped_none_stays_open(planes_server):
    with goxel.connect(planes_server.path) as gx:
        with pytest.raises(goxel.DataLoss, match="names no file"):
            gx.planes(3, 2, ["depth", "lost"])
    with open("/proc/self/maps", encoding="utf-8") as maps:
        assert f"{DEPTH:016x}" not in maps.read()


def test_planes_of_a_real_daemon_agree(gx):
    names = ["depth", "distance", "normal", "object_id", "voxel", "face"]
    with gx.planes(96, 64, names, camera={"azimuth": 30, "elevation": 25}) as planes:
        depth = numpy.array(planes["depth"])
        seen = numpy.isfinite(depth)
        assert 0 < seen.sum() < seen.size and planes["color"].shape == (64, 96, 4)
        assert numpy.array_equal(seen, numpy.array(planes["object_id"]) > 0)
        assert numpy.array_equal(seen, numpy.array(planes["face"]) != 255)
        assert numpy.array_equal(seen, numpy.abs(numpy.array(planes["normal"])).sum(axis=2) == 1)
        assert numpy.array_equal(seen, numpy.array(planes["voxel"])[:, :, 3] >= 0)
        assert (numpy.array(planes["distance"])[seen] >= depth[seen]).all()
        assert planes.reply["objects"][0]["pixels"] == seen.sum()
        with gx.planes(96, 64, ["depth"], camera={"azimuth": 30, "elevation": 25}) as again:
            assert again["depth"].cached and again["depth"].id == planes["depth"].id
            assert gx.index().find(again["depth"].id).pixel_format is formats.FLOAT32


def test_a_real_daemon_makes_planes_alone(gx):
    with gx.planes(40, 30, ["depth"], color=False) as planes:
        assert list(planes) == ["depth"] and planes["depth"].shape == (30, 40)
        assert planes["depth"].camera["elevation"] == pytest.approx(45)
    with pytest.raises(goxel.InvalidArgument, match="depth"):
        gx.planes(40, 30, ["dept"])
