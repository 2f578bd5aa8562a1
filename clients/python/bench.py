"""How long the hot paths of this client take, in microseconds; and views a second.

    GOXEL_DAEMON=build/release/daemon/goxel-daemon python3 bench.py

Starts a daemon of its own, on one core together with this process unless
--unpinned: a round trip between two cores of an idle machine is mostly the time
in which they wake up. Needs numpy.
"""

import argparse
import os
import statistics
import sys
import time

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "tests")]

import goxel_client as goxel  # noqa: E402
from daemon_process import DaemonProcess  # noqa: E402

WIDTH, HEIGHT = 3840, 2160


def measure(name, run, rounds, budget=None):
    for _ in range(rounds // 10 + 1):
        run()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter_ns()
        run()
        times.append((time.perf_counter_ns() - begin) / 1000)
    times.sort()
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    wanted = f"   budget {budget}" if budget else ""
    print(f"{name:58} p50 {p50:7.1f}   p99 {p99:7.1f}   min {times[0]:7.1f}{wanted}")


def first_pixel(array):
    return array[0, 0, 0]


def benchmark(daemon, rounds):
    with goxel.connect(daemon.socket) as gx, gx.index() as index:
        gx.call("goxel.create_project", {"name": "bench"})
        gx.call("goxel.procedural_shape", {"shape_type": "cube", "size_x": 20})
        render_id = gx.render(WIDTH, HEIGHT).id

        def cached_render():
            with gx.render(WIDTH, HEIGHT) as image:
                first_pixel(numpy.asarray(image))

        def attach():
            with index.map(render_id) as image:
                first_pixel(numpy.asarray(image))

        measure("ping", gx.ping, rounds)
        measure("a cached 4K render, to its first pixel in numpy", cached_render, rounds, 120)
        measure("the same without a call: found in the index by id", attach, rounds, 60)
        measure("look-up in the index by id", lambda: index.find(render_id), rounds)
        measure("look-up in the index by view", lambda: index.find_view(WIDTH, HEIGHT), rounds)
        with index.map(render_id) as image:
            measure("numpy.asarray of an open Image", lambda: numpy.asarray(image), rounds)


def rate_of_views(daemon, count):
    """Small ones, into one array: what a view costs besides its drawing shows."""
    cameras = [{"azimuth": 360 * number / count} for number in range(count)]
    pixels = numpy.empty((count, 64, 64, 4), numpy.uint8)

    def one_by_one(gx):
        return (gx.render(64, 64, camera=camera, samples=1) for camera in cameras)

    def by_one_request(gx):
        return gx.views(cameras, 64, 64, samples=1)

    for size, order in ((24, one_by_one), (26, by_one_request)):
        with goxel.connect(daemon.socket) as gx:
            # A scene of each one's own: none finds the renders of the other.
            gx.call("goxel.procedural_shape", {"shape_type": "cube", "size_x": size})
            begin = time.perf_counter()
            for number, image in enumerate(order(gx)):
                with image:
                    pixels[number] = image
            rate = count / (time.perf_counter() - begin)
            print(f"{count} views of 64x64, {order.__name__.replace('_', ' '):30} {rate:7.0f} /s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--unpinned", action="store_true", help="let the kernel choose the cores")
    parser.add_argument("--rounds", type=int, default=3000)
    arguments = parser.parse_args()
    daemon = DaemonProcess()
    try:
        if not arguments.unpinned:
            core = {min(os.sched_getaffinity(0))}
            for pid in (0, *map(int, os.listdir(f"/proc/{daemon.process.pid}/task"))):
                os.sched_setaffinity(pid, core)
        benchmark(daemon, arguments.rounds)
        rate_of_views(daemon, 1000)
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    finally:
        daemon.stop()


if __name__ == "__main__":
    main()
