"""64 renders side by side: by threads with clients of their own, by threads that
share one, and by asyncio. Every picture is that of its own request.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

import goxel_client as goxel
from conftest import make_scene

COUNT = 64


def background(number):
    return [number, 255 - number, number * 3 % 256, 255]


def check(image, number):
    with image:
        assert image.width == 40 + number % 8
        assert list(image.pixels[:4]) == background(number)


def view(number):
    return {
        "width": 40 + number % 8,
        "height": 30,
        "background_color": background(number),
        "cache": "off" if number % 3 else "use",
        "mode": "fd" if number % 5 == 0 else "mmap",
    }


def test_threads_with_clients_of_their_own(gx, daemon):
    def render(number):
        with goxel.connect(daemon.socket) as own:
            check(own.render(**view(number)), number)

    with ThreadPoolExecutor(COUNT) as pool:
        list(pool.map(render, range(COUNT)))


def test_threads_that_share_a_client(gx):
    with ThreadPoolExecutor(COUNT) as pool:
        list(pool.map(lambda number: check(gx.render(**view(number)), number), range(COUNT)))


def test_threads_that_share_an_index(gx):
    images = [gx.render(**{**view(n), "mode": "mmap", "cache": "off"}) for n in range(COUNT)]
    with gx.index() as index, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: check(index.map(images[n].id), n), list(range(COUNT)) * 4))


def test_tasks_that_share_a_client(gx, daemon):
    async def render(client, number):
        check(await client.render(**view(number)), number)

    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            await asyncio.gather(*(render(client, number) for number in range(COUNT)))

    asyncio.run(main())


@pytest.mark.parametrize("own_clients", [True, False])
def test_a_directory_that_is_much_too_small(own_daemon, own_clients):
    """Renders are evicted and files reused all the time, and no picture is another's."""
    daemon = own_daemon("--max-renders", "12")
    with goxel.connect(daemon.socket) as shared:
        make_scene(shared)

        def render(number):
            client = goxel.connect(daemon.socket) if own_clients else shared
            wanted = {**view(number % 256), "mode": "mmap", "width": 40}
            with client.render(**wanted) as image:
                assert list(image.pixels[:4]) == background(number % 256)
            if own_clients:
                client.close()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(render, range(4 * COUNT)))
        assert shared.stats()["counters"]["recycled"] > 0
