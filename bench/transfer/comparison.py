"""Runs the transfer comparison: what is taken when, and in which order.

Modes take turns, round by round, so that whatever the machine does meanwhile
falls on all of them. Every client proves its pixels before it measures.
"""

import contextlib
import os
import time
from dataclasses import dataclass, field

from transfer import processes
from transfer.modes import BY_NAME, DRAW_ONLY, MODES
from transfer.processes import Client, MemoryWatch

# So many renders and no more; then each takes the file of an older one. The
# second is for eight clients, each of which holds one and waits for another.
RENDERS_OF_ONE_CLIENT = 4
RENDERS_OF_MANY_CLIENTS = 20

# Rows of this width are not a multiple of 64 bytes: the daemon cannot draw into
# the file and copies the frame once.
READ_BACK_SIZE = (3844, 2160)


@dataclass
class Plan:
    sizes: dict  # Name -> (width, height).
    pictures: dict  # Size -> pictures of one client in a round.
    cached_pictures: int
    min_rounds: int
    max_rounds: int
    seconds: float  # For the rounds; at least min_rounds are done.
    clients: list  # How many at once.
    throughput_size: str
    throughput_s: float  # Of one measurement.
    throughput_rounds: int


FULL = Plan(
    sizes={"180p": (320, 180), "1080p": (1920, 1080), "4K": (3840, 2160), "8K": (7680, 4320)},
    pictures={"180p": 10, "1080p": 8, "4K": 5, "8K": 2}, cached_pictures=30,
    min_rounds=2, max_rounds=9, seconds=150,
    clients=[1, 2, 4, 8], throughput_size="4K", throughput_s=0.8, throughput_rounds=2)

QUICK = Plan(
    sizes={"180p": (320, 180)}, pictures={"180p": 1}, cached_pictures=1,
    min_rounds=1, max_rounds=1, seconds=0,
    clients=[1, 2], throughput_size="180p", throughput_s=0.02, throughput_rounds=1)


@dataclass
class Programs:
    daemon: str
    client: str
    naive_server: str


@dataclass
class Servers:
    """A daemon and a naive server, and how clients reach them."""

    daemon: processes.Server
    naive: processes.Server
    render_dir: str

    def flags(self, mode, size):
        server = self.naive if mode.server == "naive" else self.daemon
        return {"mode": mode.name, "width": size[0], "height": size[1],
                "socket": self.daemon.socket, "render-dir": self.render_dir,
                "naive-socket": self.naive.socket, "server-pid": server.pid}


@contextlib.contextmanager
def servers(programs, max_renders, core=None):
    with processes.scratch_directory() as home, \
            processes.daemon(programs.daemon, home, max_renders, core) as daemon, \
            processes.naive_server(programs.naive_server, home) as naive:
        yield Servers(daemon, naive, os.path.join(home, "renders"))


@dataclass
class Tally:
    """What happened in all, for the row that says that nothing went wrong."""

    renders: int = 0
    proofs: int = 0
    sums_compared: int = 0
    daemon_counters: dict = field(default_factory=dict)

    def count(self, result):
        self.renders += len(result["all_ms"])
        self.proofs += result["proofs"]
        self.sums_compared += result["sums_compared"]

    def add_daemon(self, server):
        counters = processes.call(server.socket, "goxel.get_render_stats")["stats"]["counters"]
        for name, value in counters.items():
            self.daemon_counters[name] = self.daemon_counters.get(name, 0) + value


def append(series, result, pictures):
    """Adds the figures of one client that took so many pictures to those of its mode."""
    for name in ("first_ms", "all_ms", "draw_ms", "transfer_ms"):
        series.setdefault(name, []).extend(result[name])
    for name in ("client_cpu_s", "server_cpu_s"):
        milliseconds = result[name] * 1e3 / pictures
        series.setdefault(name.replace("_s", "_ms"), []).append(milliseconds)
    for name in ("socket_bytes", "file_bytes", "client_bytes"):
        series[name] = result[name]


class Comparison:
    """progress: called with a line of text now and then."""

    def __init__(self, programs, plan, progress):
        self._programs = programs
        self._plan = plan
        self._progress = progress
        self._tally = Tally()

    def run(self):
        plan = self._plan
        result = {"sizes": plan.sizes, "throughput_size": plan.throughput_size}
        result["latency"], result["rounds"] = self._latency()
        result["pinned"] = self._pinned()
        result["memory"] = self._memory()
        result["throughput"] = self._throughput()
        result["tally"] = vars(self._tally)
        return result

    def _measure(self, flags, core=None):
        with Client(self._programs.client, flags, core) as client:
            client.await_ready()
            client.go()
            result = client.result()
        self._tally.count(result)
        return result

    def _take(self, at, series, mode, size, size_name):
        pictures = self._plan.cached_pictures if mode.cached else self._plan.pictures[size_name]
        flags = at.flags(mode, size) | {"frames": pictures, "warm-ups": mode.warm_ups}
        result = self._measure(flags)
        append(series.setdefault(mode.name, {}), result, pictures)

    def _latency(self):
        plan = self._plan
        latency = {name: {} for name in plan.sizes}
        read_back = {}
        rounds = 0
        with servers(self._programs, RENDERS_OF_ONE_CLIENT) as at:
            start = time.monotonic()
            while self._goes_on(rounds, time.monotonic() - start):
                rounds += 1
                for name, size in plan.sizes.items():
                    self._progress(f"time, round {rounds}, {name}")
                    for mode in [*MODES, DRAW_ONLY]:
                        self._take(at, latency[name], mode, size, name)
                self._take(at, read_back, BY_NAME["mmap"], READ_BACK_SIZE, plan.throughput_size)
            self._tally.add_daemon(at.daemon)
        latency["read_back"] = read_back
        return latency, rounds

    def _goes_on(self, rounds, seconds):
        """Whether another round is due, and would be over in time."""
        plan = self._plan
        if rounds < plan.min_rounds:
            return True
        return rounds < plan.max_rounds and seconds * (rounds + 1) / rounds < plan.seconds

    def _pinned(self):
        """Cached pictures with daemon and client on one core."""
        core = max(os.sched_getaffinity(0))
        pinned = {}
        with servers(self._programs, RENDERS_OF_ONE_CLIENT, core) as at:
            for name, size in self._plan.sizes.items():
                self._progress(f"time on one core, {name}")
                pinned[name] = {}
                for mode in (mode for mode in MODES if mode.cached):
                    pictures = 3 * self._plan.cached_pictures
                    flags = at.flags(mode, size) | {"frames": pictures, "warm-ups": 10}
                    result = self._measure(flags, core)
                    append(pinned[name].setdefault(mode.name, {}), result, pictures)
        return pinned

    def _memory(self):
        memory = {}
        for name, size in self._plan.sizes.items():
            self._progress(f"memory, {name}")
            memory[name] = {mode.name: self._memory_of(mode, size)
                            for mode in [*MODES, DRAW_ONLY]}
        return memory

    def _memory_of(self, mode, size):
        """Growth over idle of a fresh server and a fresh client."""
        with servers(self._programs, RENDERS_OF_ONE_CLIENT) as at:
            flags = at.flags(mode, size) | {
                "frames": 1, "warm-ups": 1 if mode.cached else 0,
                "unproven": True}
            with Client(self._programs.client, flags) as client:
                client.await_ready()
                watches = {"server": MemoryWatch(flags["server-pid"]),
                           "client": MemoryWatch(client.pid)}
                client.go()
                self._tally.count(client.result())
                return {f"{side}_{kind}": grown
                        for side, watch in watches.items()
                        for kind, grown in watch.stop().items()}

    def _throughput(self):
        plan = self._plan
        size = plan.sizes[plan.throughput_size]
        rates = {mode.name: {} for mode in [*MODES, DRAW_ONLY]}
        with servers(self._programs, RENDERS_OF_MANY_CLIENTS) as at:
            for turn in range(1, plan.throughput_rounds + 1):
                for count in plan.clients:
                    self._progress(f"throughput, round {turn}, {count} clients")
                    for mode in [*MODES, DRAW_ONLY]:
                        rate = self._rate(at.flags(mode, size), mode, count)
                        rates[mode.name].setdefault(str(count), []).append(rate)
            self._tally.add_daemon(at.daemon)
        return rates

    def _rate(self, flags, mode, count):
        """Pictures a second of `count` clients that start together, each of
        which reads every pixel."""
        warm_ups = mode.warm_ups
        if mode.warm_ups > 2:  # Until the daemon's directory is full.
            warm_ups = RENDERS_OF_MANY_CLIENTS // count + 2
        with contextlib.ExitStack() as stack:
            clients = [
                stack.enter_context(Client(self._programs.client, flags | {
                    "seconds": self._plan.throughput_s, "warm-ups": warm_ups,
                    "first-azimuth": 45 + 20 * number}))
                for number in range(count)]
            for client in clients:
                client.await_ready()
            for client in clients:
                client.go()
            results = [client.result() for client in clients]
        for result in results:
            self._tally.count(result)
        return sum(len(result["all_ms"]) / result["wall_s"] for result in results)
