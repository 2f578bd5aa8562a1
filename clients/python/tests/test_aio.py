"""AsyncClient against a real daemon, and against a server that misbehaves."""

import asyncio
import inspect
import time

import pytest

import goxel_client as goxel
from conftest import make_scene
from scripted_server import ScriptedServer, line, read_request, reply


def run(coroutine):
    return asyncio.run(coroutine)


def test_it_has_the_calls_of_the_client():
    def calls(kind):
        return {
            name: list(inspect.signature(member).parameters.values())
            for name, member in vars(kind).items()
            if inspect.isfunction(member) and not name.startswith("_")
        }

    assert calls(goxel.aio.AsyncClient) == calls(goxel.Client)


def test_every_call(gx, daemon, tmp_path):
    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            assert client.server["protocol"] == 1
            progress = []
            image = await client.render(
                50, 40, cache="off", on_progress=lambda *rows: progress.append(rows)
            )
            assert progress[-1] == (40, 40)
            sealed = await client.render(50, 40, mode="fd")
            assert sealed.sha256() == image.sha256()
            assert (await client.render_bytes(8, 8)).startswith(b"\x89PNG")
            assert (await client.render_file(8, 8)).read().startswith(b"\x89PNG")
            assert (await client.encode(image)).format == "png"
            assert await client.render_to(tmp_path / "a.png", 8, 8) == str(tmp_path / "a.png")
            assert image.id in [render["id"] for render in await client.renders()]
            assert (await client.info(image))["render"]["id"] == image.id
            assert (await client.wait(image.id))["id"] == image.id
            assert (await client.touch(image, 60))["ttl_remaining"] <= 60
            assert (await client.pin(image))["pinned"]
            assert (await client.pin(image, False))["pinned"] is False
            with await client.map(image.id) as mapped, client.index() as index:
                assert mapped.sha256() == image.sha256()
                assert index.find(image.id) is not None
            assert (await client.stats())["active_renders"] > 0
            assert await client.ping() == pytest.approx(time.time(), abs=5)
            assert await client.version() == client.server["version"]
            assert await client.call("echo", {"a": 1}) == {"a": 1}
            assert (await client.load("builtin:demo", project_id="aio"))["voxels"] > 0
            await client.call("goxel.close_project", ["aio"])
            frames = [frame.id async for frame in client.turntable(3, 20, 20)]
            assert len(set(frames)) == 3
            with pytest.raises(goxel.InvalidArgument, match="aov|list"):
                await client.planes(8, 8, "depth")
            image.close()
            assert await client.remove(image) > 0
            with pytest.raises(goxel.NotFound):
                await client.map(image)

    run(main())


def test_it_connects_at_the_first_call(gx, daemon):
    async def main():
        client = goxel.aio.connect(daemon.socket)
        await client.ping()
        await client.close()
        await client.close()
        with pytest.raises(goxel.FailedPrecondition, match="closed"):
            await client.ping()

    run(main())


def test_no_daemon_says_how_to_start_one(tmp_path):
    async def main():
        with pytest.raises(goxel.Unavailable, match="goxel-daemon --socket"):
            async with goxel.aio.connect(str(tmp_path / "none.sock")):
                pass

    run(main())


def test_a_restart_between_two_calls_goes_unnoticed(own_daemon):
    daemon = own_daemon()

    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            pid = client.server["pid"]
            daemon.restart()
            await asyncio.gather(*(client.ping() for _ in range(5)))
            assert client.server["pid"] != pid

    run(main())


def test_a_daemon_that_is_killed_during_calls(own_daemon):
    daemon = own_daemon()

    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            waits = [asyncio.create_task(client.wait("00000000000000ff")) for _ in range(3)]
            await asyncio.sleep(0.1)
            daemon.kill()
            for result in await asyncio.gather(*waits, return_exceptions=True):
                assert isinstance(result, goxel.Unavailable) and "may or may not" in str(result)
            with pytest.raises(goxel.Unavailable, match="goxel-daemon --socket"):
                await client.ping()
            daemon.start()
            with goxel.connect(daemon.socket) as other:
                make_scene(other)
            (await client.render(16, 16)).close()

    run(main())


def test_a_late_reply_is_not_taken_for_another():
    def serve(connection, _):
        first = read_request(connection)
        second = read_request(connection)
        reply(connection, first, "late")
        reply(connection, second, "right")
        read_request(connection)

    async def main():
        with ScriptedServer(serve) as server:
            async with goxel.aio.connect(server.path) as client:
                with pytest.raises(goxel.TimedOut, match="a was not answered within 0.1 s"):
                    await client.call("a", timeout=0.1)
                assert await client.call("b") == "right"
                assert server.connections == 1

    run(main())


def test_cancelling_one_call_leaves_the_others(gx, daemon):
    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            wait = asyncio.create_task(client.wait("00000000000000ff", timeout=0.3))
            ping = asyncio.create_task(client.ping())
            await asyncio.sleep(0.05)
            wait.cancel()
            with pytest.raises(asyncio.CancelledError):
                await wait
            assert await ping > 0

    run(main())


def test_notifications_go_to_the_call_that_is_carried_out():
    def serve(connection, _):
        requests = [read_request(connection)]
        connection.sendall(line({"method": "news", "params": "of the first"}))
        reply(connection, requests[0], 1)
        requests.append(read_request(connection))
        connection.sendall(line({"method": "news", "params": "of the second"}))
        reply(connection, requests[1], 2)
        read_request(connection)

    async def main():
        seen = {1: [], 2: []}
        with ScriptedServer(serve) as server:
            async with goxel.aio.connect(server.path) as client:
                for number in (1, 2):
                    result = await client.call(
                        "a", on_notification=lambda _, what, n=number: seen[n].append(what)
                    )
                    assert result == number
        assert seen == {1: ["of the first"], 2: ["of the second"]}

    run(main())


def test_an_error_in_a_callback_reaches_the_caller(gx, daemon):
    def fail(*_):
        raise ZeroDivisionError

    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            with pytest.raises(ZeroDivisionError):
                await client.render(40, 30, cache="off", on_progress=fail)
            await client.ping()

    run(main())


def test_a_large_request_and_a_large_reply(gx, daemon):
    text = "x" * 5_000_000

    async def main():
        async with goxel.aio.connect(daemon.socket) as client:
            replies = await asyncio.gather(*(client.call("echo", [text, n]) for n in range(3)))
            assert replies == [[text, n] for n in range(3)]

    run(main())
    assert gx.call("echo", [text]) == [text]
