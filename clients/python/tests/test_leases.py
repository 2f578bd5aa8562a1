"""The mapping is the lease: what is held is neither reused nor evicted, and a
killed holder holds nothing.
"""

import os
import signal
import subprocess
import sys
import time

import pytest

import goxel_client as goxel
from conftest import make_scene

HOLDER = """
import sys
import goxel_client as goxel
with goxel.connect(sys.argv[1]) as gx:
    image = gx.render(64, 48, camera="front")
    print(image.id, flush=True)
    sys.stdin.read()
"""


def start_holder(daemon):
    path = os.path.dirname(os.path.dirname(goxel.__file__))
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, daemon.socket],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    return process, process.stdout.readline().strip()


def test_a_killed_client_holds_nothing(gx, daemon):
    holder, render_id = start_holder(daemon)
    assert gx.info(render_id)["render"]["leased"] is True

    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert gx.info(render_id)["render"]["leased"] is False
    holder.stdout.close()
    holder.stdin.close()


def test_an_image_holds_its_lease_until_it_is_closed(gx):
    image = gx.render(64, 48, camera="back")
    assert gx.info(image)["render"]["leased"] is True
    image.close()
    assert gx.info(image)["render"]["leased"] is False


def test_a_held_render_keeps_its_pixels_while_its_directory_is_reused(own_daemon):
    daemon = own_daemon("--max-renders", "4")
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        held = gx.render(64, 48, background_color=[9, 8, 7, 255])
        expected = bytes(held.pixels)
        for shade in range(40):
            with gx.render(64, 48, background_color=[shade, shade, shade, 255]) as image:
                assert image.id != held.id
                # Its own background, and not that of the file's former render.
                assert bytes(image.pixels[:4]) == bytes([shade, shade, shade, 255])
        assert gx.stats()["counters"]["recycled"] > 0
        assert bytes(held.pixels) == expected
        assert gx.info(held)["render"]["id"] == held.id
        held.close()


def test_when_all_is_held_the_daemon_says_so_with_figures(own_daemon):
    daemon = own_daemon("--max-renders", "3")
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        held = [gx.render(32, 32 + number) for number in range(3)]
        with pytest.raises(goxel.ResourceExhausted) as failure:
            gx.render(32, 90)
        assert failure.value.reason == "resource_exhausted"
        assert "retry_after_ms" in failure.value.data
        held.pop().close()
        gx.render(32, 90).close()


def test_an_expired_render_is_gone_and_its_mapping_stays(own_daemon):
    daemon = own_daemon()
    with goxel.connect(daemon.socket) as gx, gx.index() as index:
        make_scene(gx)
        held = gx.render(32, 32, ttl_seconds=1)
        expected = bytes(held.pixels)
        deadline = time.monotonic() + 20
        while index.find(held.id) is not None and time.monotonic() < deadline:
            time.sleep(0.05)

        with pytest.raises(goxel.NotFound):
            gx.map(held.id)
        with pytest.raises(goxel.NotFound, match="expired"):
            index.map(held.id)
        assert bytes(held.pixels) == expected
        with gx.render(32, 32) as again:
            assert again.id != held.id and bytes(again.pixels) == expected
        held.close()


def test_a_render_that_is_evicted_before_it_is_mapped_is_drawn_again(own_daemon, monkeypatch):
    daemon = own_daemon()
    with goxel.connect(daemon.socket) as gx, goxel.connect(daemon.socket) as other:
        make_scene(gx)
        evicted = []

        def evict_once(path, number, dir_fd=None):
            if not evicted:
                evicted.append(f"{number:016x}")
                other.remove(evicted[0])
            return map_render(path, number, dir_fd)

        map_render = goxel.replies.map_render
        monkeypatch.setattr(goxel.replies, "map_render", evict_once)
        with gx.render(32, 32) as image:
            assert evicted and image.id != evicted[0]
