"""Turntables, lists of views and contact sheets: one request, Images as they come."""

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import time

import numpy
import PIL.Image
import pytest

import goxel_client as goxel
from conftest import make_scene
from goxel_client.messages import Message
from goxel_client.views import ViewBatch
from scripted_server import GREETING, ScriptedServer, line, read_request, reply

LIMITS = {"max_renders": 100, "max_cache_size": 1 << 30}


def test_a_turntable_keeps_the_scene_at_one_size(gx):
    frames = list(gx.turntable(5, 64, 48, camera={"azimuth": 10, "elevation": 20}))
    assert [round(frame.camera["azimuth"]) % 360 for frame in frames] == [10, 82, 154, 226, 298]
    assert len({round(frame.camera["distance"], 9) for frame in frames}) == 1
    assert len({frame.sha256() for frame in frames}) > 1
    for frame in frames:
        frame.close()


def test_a_turntable_shows_all_of_the_scene_in_every_frame(gx):
    for camera in ({}, {"ortho": True}, {"elevation": -70, "fov": 60}):
        for frame in gx.turntable(7, 96, 64, camera=camera, transparent=True):
            seen = numpy.argwhere(numpy.asarray(frame)[:, :, 3] > 0)
            low, high = seen.min(axis=0), seen.max(axis=0)
            assert low.min() > 0 and high[0] < 63 and high[1] < 95
            assert (high - low).max() > 20  # It fills a good part of the frame.


def test_a_turntable_of_more_frames_than_the_daemon_keeps(own_daemon):
    daemon = own_daemon("--max-renders", "8")
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        for camera in ({"azimuth": 10}, {"ortho": True, "margin": 0.2}):
            cameras = []
            for frame in gx.turntable(30, 40, 30, camera=camera, turns=-0.5):
                with frame:
                    cameras.append(frame.camera)
            start = camera.get("azimuth", 45)
            assert [round(each["azimuth"]) % 360 for each in cameras] == [
                round(start - 6 * number) % 360 for number in range(30)
            ]
            for size in ("distance", "ortho_height"):
                assert len({each.get(size) for each in cameras}) == 1


def test_views_come_in_order_and_by_name(gx):
    cameras = ["front", {"name": "from above", "azimuth": 30, "elevation": 60}, None, "left"]
    images = list(gx.views(cameras, 64, 48))
    assert [image.reply["name"] for image in images[:2]] == ["front", "from above"]
    for camera, image in zip(cameras, images):
        with image, gx.render(64, 48, camera=named_no_more(camera)) as single:
            assert single.cached and single.id == image.id


def named_no_more(camera):
    return {k: v for k, v in camera.items() if k != "name"} if isinstance(camera, dict) else camera


def test_all_presets(gx):
    names = []
    for image in gx.views("all", 32, 24):
        names.append(image.reply["name"])
        image.close()
    assert {"front", "isometric", "dimetric"} <= set(names) and len(names) == len(set(names))


def test_options_reach_every_view(gx):
    for image in gx.views(["front", "top"], 64, 48, background_color=[1, 2, 3]):
        with image:
            assert bytes(image.pixels[:4]) == b"\x01\x02\x03\xff"


def test_a_thousand_views_of_a_directory_of_twenty(own_daemon):
    """Each is leased before the daemon can reuse its file for another."""
    daemon = own_daemon("--max-renders", "20")
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        cameras = [{"azimuth": number * 0.36} for number in range(1000)]
        pixels = numpy.empty((1000, 12, 16, 4), numpy.uint8)
        for number, image in enumerate(gx.views(cameras, 16, 12, samples=1)):
            with image:
                assert image.camera["azimuth"] % 360 == pytest.approx(cameras[number]["azimuth"])
                pixels[number] = image
        assert gx.stats()["renders_drawn"] == 1000
        for number in (0, 499, 999):
            with gx.render(16, 12, camera=cameras[number], samples=1, cache="off") as again:
                assert numpy.array_equal(pixels[number], again)


def test_a_turntable_is_one_request_whose_frames_come_while_it_runs():
    requests, handed_over = [], threading.Event()

    def serve(connection):
        request = read_request(connection)
        requests.append(request)
        facts = {"index": 1, "file": {"path": "/nowhere"}, "render": {"id": "0" * 16}}
        for index in (1, 0):
            params = {**facts, "index": index, "camera": {"azimuth": index}}
            connection.sendall(line({"method": "goxel.view_ready", "params": params}))
        assert handed_over.wait(10)  # No reply before the client has a view.
        reply(connection, request, {"views": []})

    with scripted(serve) as server, goxel.connect(server.path) as gx:
        drawn_again = []
        gx.render = lambda *_, camera, **__: drawn_again.append(camera["azimuth"]) or "image"
        frames = gx.turntable(2, 8, 8, camera={"elevation": 5}, samples=1)
        assert [next(frames), next(frames)] == ["image", "image"] and drawn_again == [0, 1]
        handed_over.set()
        assert list(frames) == []
    (request,) = requests
    assert request["method"] == "goxel.render_views"
    assert request["params"]["turntable"] == {"frames": 2, "turns": 1.0, "elevation": 5}
    assert request["params"]["options"]["stream"] is True


def scripted(serve):
    """Serves the connection of the views; that of the client itself stays idle."""
    idle = []

    def greet_and_serve(connection, number):
        reply(connection, read_request(connection), {**GREETING, "limits": LIMITS})
        if number == 1:
            idle.append(connection.dup())
        else:
            serve(connection)

    return ScriptedServer(greet_and_serve, greet=False)


def test_a_view_that_is_evicted_before_it_is_mapped_is_drawn_again(gx, daemon, monkeypatch):
    map_render, evicted = goxel.replies.map_render, []

    def evict_first(path, number, dir_fd=None):
        if not evicted:
            evicted.append(f"{number:016x}")
            with goxel.connect(daemon.socket) as other:
                other.remove(evicted[0])
        return map_render(path, number, dir_fd)

    with gx.render(56, 42, camera="back") as expected:
        picture = expected.sha256()
    monkeypatch.setattr(goxel.replies, "map_render", evict_first)
    back, left = gx.views(["back", "left"], 56, 42)
    with back, left:
        assert evicted and back.id != evicted[0] and back.sha256() == picture != left.sha256()


def test_the_client_is_free_while_it_iterates(gx):
    for image in gx.views(["front", "top"], 40, 30):
        with image, gx.map(image.id) as mapped:
            assert mapped.sha256() == image.sha256()


def ends(gx):
    """True when the daemon draws no more."""
    for _ in range(100):
        before = gx.stats()["renders_drawn"]
        time.sleep(0.1)
        if gx.stats()["renders_drawn"] == before:
            return True
    return False


def slow_views(seed, count=300):
    """Enough that they are not all drawn before a test has left; each seed its own."""
    return [{"azimuth": seed * 4 + number * 0.01} for number in range(count)]


@pytest.mark.parametrize("leave", ["close", "break", "exception"])
def test_leaving_the_iterator_ends_what_is_left(gx, leave):
    before = gx.stats()["renders_drawn"]
    images = gx.views(slow_views(["close", "break", "exception"].index(leave)), 400, 300)
    with contextlib.suppress(ZeroDivisionError):
        for image in images:
            image.close()
            if leave == "exception":
                raise ZeroDivisionError
            break
    images.close() if leave == "close" else None
    del images
    assert ends(gx)
    assert gx.stats()["renders_drawn"] - before < 250
    assert leased_by_this_process(gx) == 0


def leased_by_this_process(gx):
    renders = os.path.basename(gx.server["paths"]["render_dir"])
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return sum(f"/{renders}/render_" in each for each in maps)


def test_views_that_nobody_takes_give_their_leases_back(gx):
    batch = ViewBatch()
    with gx.render(44, 33) as image:
        batch.take(Message(method="goxel.view_ready", params={**image.reply, "index": 1}))
        assert list(batch.ready()) == []  # View 0 comes first.
    assert leased_by_this_process(gx) == 1
    batch.close()
    assert leased_by_this_process(gx) == 0


def test_a_request_is_cancelled_by_its_name(gx, daemon):
    with goxel.connect(daemon.socket) as other:
        assert other.cancel("nobody") == 0
        images = gx.views(slow_views(10), 400, 300, request_id="spin")
        next(images).close()
        assert other.cancel("spin") == 1
        with pytest.raises(goxel.Cancelled):
            for image in images:
                image.close()
    assert leased_by_this_process(gx) == 0


def test_an_error_tells_which_view(gx):
    with pytest.raises(goxel.InvalidArgument, match=r"cameras\[1\]"):
        list(gx.views(["front", "fronk"], 8, 8))
    with pytest.raises(goxel.InvalidArgument, match=r"give|expected"):
        gx.views("front")
    with pytest.raises(goxel.InvalidArgument, match="turntable.frames is 0"):
        next(gx.turntable(0))


def test_a_view_that_does_not_come_in_time():
    asked = []

    def serve(connection):
        asked.append(read_request(connection)["method"])
        time.sleep(1)

    async def wait_for_one(path):
        async with goxel.aio.connect(path, timeout=0.3) as client:
            await client.views(["front"], 8, 8).__anext__()

    with scripted(serve) as server, goxel.connect(server.path, timeout=0.3) as slow:
        with pytest.raises(goxel.TimedOut, match="longer timeout"):
            next(slow.views(["front"], 8, 8))
    with scripted(serve) as server:
        with pytest.raises(goxel.TimedOut, match="render_views was not answered within 0.3 s"):
            run(wait_for_one(server.path))
    assert asked == ["goxel.render_views"] * 2


def test_without_files_there_are_no_views(own_daemon):
    daemon = own_daemon("--disable-file-transfer")
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        with pytest.raises(goxel.FileTransferDisabled):
            next(gx.views(["front"], 8, 8))


def test_a_daemon_that_is_killed_between_two_views(own_daemon):
    daemon = own_daemon()
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        images = gx.views(slow_views(0, 40), 400, 300)
        next(images).close()
        daemon.kill()
        with pytest.raises(goxel.Unavailable, match="may or may not"):
            for image in images:
                image.close()
        daemon.start()
        make_scene(gx)
        assert len([image.close() for image in gx.views(["front"], 8, 8)]) == 1


ITERATE = """
import sys
import goxel_client as goxel
with goxel.connect(sys.argv[1]) as gx:
    images = gx.views([{"azimuth": 200 + n * 0.01} for n in range(300)], 400, 300)
    held = next(images)
    print(held.id, flush=True)
    sys.stdin.read()
"""


def test_a_client_that_is_killed_between_two_views_leaves_no_lease_and_no_work(gx, daemon):
    before = gx.stats()["renders_drawn"]
    package = os.path.dirname(os.path.dirname(goxel.__file__))
    with subprocess.Popen(
        [sys.executable, "-c", ITERATE, daemon.socket],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": package},
    ) as client:
        render_id = client.stdout.readline().strip()
        assert gx.info(render_id)["render"]["leased"] is True
        client.kill()
    assert gx.info(render_id)["render"]["leased"] is False
    assert ends(gx)
    assert gx.stats()["renders_drawn"] - before < 250


def test_a_sheet(gx, tmp_path):
    with gx.sheet(["front", "left", "top"], 64, 48, columns=2, gap=4) as sheet:
        assert (sheet.width, sheet.height) == (140, 132)
        sheet.save(tmp_path / "sheet.png")
    assert PIL.Image.open(tmp_path / "sheet.png").size == (140, 132)
    with gx.sheet(["front", "left", "top"], 64, 48, columns=2, gap=4) as again:
        assert again.id == sheet.id
    turntable = {"frames": 4, "elevation": 30}
    with gx.sheet(turntable=turntable, width=32, height=32, gap=0, labels=False) as around:
        assert (around.width, around.height) == (64, 64)


def run(coroutine):
    return asyncio.run(coroutine)


def test_views_to_be_awaited(gx, daemon):
    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            names = []
            async for image in client.views(["front", None, "top"], 40, 30):
                with image, await client.map(image.id) as mapped:
                    assert mapped.sha256() == image.sha256()
                names.append(image.reply["name"])
            assert names[0] == "front" and names[2] == "top"
            with await client.sheet(width=16, height=16) as sheet:
                assert sheet.width > 16

    run(main())


def test_a_long_turntable_to_be_awaited(own_daemon):
    daemon = own_daemon("--max-renders", "8")

    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            await client.load("builtin:demo")
            cameras = []
            async for frame in client.turntable(30, 16, 12, camera={"azimuth": 0}):
                with frame:
                    cameras.append(frame.camera)
            assert len({each["distance"] for each in cameras}) == 1
            assert [round(each["azimuth"]) % 360 for each in cameras] == list(range(0, 360, 12))

    run(main())


@pytest.mark.parametrize("leave", ["aclose", "break", "cancel"])
def test_leaving_an_async_iterator_ends_what_is_left(gx, daemon, leave):
    before = gx.stats()["renders_drawn"]

    async def first_of(images):
        async for image in images:
            image.close()
            if leave != "cancel":
                return

    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            start = 20 + ["aclose", "break", "cancel"].index(leave)
            images = client.views(slow_views(start), 400, 300)
            task = asyncio.create_task(first_of(images))
            if leave == "cancel":
                await asyncio.sleep(0.1)
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            if leave == "aclose":
                await images.aclose()
            del images, task
            await asyncio.sleep(0.05)
            assert ends(gx)

    run(main())
    assert gx.stats()["renders_drawn"] - before < 250
    assert leased_by_this_process(gx) == 0


def test_an_async_request_is_cancelled_by_its_name(gx, daemon):
    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            images = client.views(slow_views(30), 400, 300, request_id="aio")
            (await images.__anext__()).close()
            assert await client.cancel("aio") == 1
            with pytest.raises(goxel.Cancelled):
                async for image in images:
                    image.close()

    run(main())
    assert leased_by_this_process(gx) == 0
