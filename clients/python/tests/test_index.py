"""The shared index, read without a call to the daemon."""

import json
import mmap
import os
import shutil
import struct
import sys
import threading
import time

import pytest

import goxel_client as goxel
from conftest import make_scene
from goxel_client import futex, index_layout as layout, pixel_format
from goxel_client.index_segment import IndexSegment


@pytest.fixture
def index(daemon):
    with goxel.Index(daemon.renders) as opened:
        yield opened


def test_the_layout_is_the_golden_one(repository):
    path = os.path.join(repository, "tests", "golden", "index_layout.json")
    with open(path, encoding="utf-8") as file:
        golden = json.load(file)

    def fields(struct_name):
        return tuple(tuple(field) for field in golden[struct_name]["fields"])

    assert layout.MAGIC.to_bytes(8, "little").decode() == golden["magic"]
    assert layout.LAYOUT_VERSION == golden["layout_version"]
    assert f"{layout.LAYOUT_HASH:016x}" == golden["layout_hash"]
    assert (layout.MIN_CAPACITY, layout.MAX_CAPACITY) == (
        golden["min_capacity"],
        golden["max_capacity"],
    )
    assert layout.HEADER_FIELDS == fields("IndexHeader")
    assert layout.SLOT_FIELDS == fields("SlotContent")
    assert layout.HEADER_BYTES == golden["IndexHeader"]["size"]
    assert layout.SLOT_BYTES == golden["IndexSlot"]["size"]
    assert layout.BUCKET_BYTES == golden["IndexBucket"]["size"]
    assert layout.HISTOGRAM_BYTES == golden["HistogramWords"]["size"]
    assert layout.COUNTERS == tuple(golden["counters"])
    assert layout.HISTOGRAMS == tuple(golden["histograms"])


def test_a_slot_is_read_at_the_offsets_of_the_layout():
    """Each field gets its own value at its own offset, and comes back under its name."""
    content = bytearray(layout.SLOT_CONTENT_BYTES)
    expected = {}
    codes = {"u32": "<I", "u64": "<Q", "i64": "<q"}
    for number, (name, kind, offset) in enumerate(layout.SLOT_FIELDS):
        if kind in codes:
            struct.pack_into(codes[kind], content, offset, number + 1000)
            expected[name] = number + 1000
    content[128:160] = expected["checksum"] = bytes(range(32))
    assert layout.parse_slot(bytes(content))._asdict() == expected


def test_find_list_and_map_without_a_call(gx, index):
    with gx.render(64, 48, camera="front") as image:
        render = index.find(image.id)
        assert render in index.renders()
        assert (render.width, render.height, render.stride) == (64, 48, 256)
        assert render.pixel_format is pixel_format.RGBA8 and render.format == "pam"
        assert render.key == image.record["key"] and render.ready
        assert render.size == 4096 + 64 * 48 * 4 and index.path(render) == image.path
        assert render.expires - time.time() == pytest.approx(3600, abs=10)
        assert index.find_key(render.key).id == image.id
        with index.map(render) as mapped, index.map(image.id) as again:
            assert mapped.sha256() == again.sha256() == image.sha256()
            assert mapped.camera == pytest.approx(image.camera) or mapped.camera["azimuth"] == 0


def test_what_is_not_there(index):
    assert index.find("00000000000000ff") is None
    assert index.find_key("f" * 32) is None
    assert index.find_key("0" * 32) is None
    assert index.progress("00000000000000ff") is None
    with pytest.raises(goxel.NotFound, match="00000000000000ff"):
        index.map("00000000000000ff")
    for wrong in ("ff", "g" * 16, "", "0x00000000000000"):
        with pytest.raises(goxel.InvalidArgument, match="16 hex digits"):
            index.find(wrong)


def test_an_encoded_file_has_no_pixels_to_map(gx, index):
    file = gx.render_file(64, 48)
    render = index.find(file.id)
    assert render.format == "png" and render.pixel_format is None
    assert f"{render.checksum}" == file.checksum and index.path(render) == file.path
    with pytest.raises(goxel.FailedPrecondition, match="is a png file"):
        index.map(file.id)


def test_pins_show(gx, index):
    with gx.render(64, 48) as image:
        gx.pin(image)
        assert index.find(image.id).pinned
        gx.pin(image, False)
        assert not index.find(image.id).pinned


def test_waiting_is_woken_by_the_render(gx, index, monkeypatch):
    # Nothing but the daemon's wake-up can end the sleep in time.
    monkeypatch.setattr(goxel.index, "_LIVENESS_INTERVAL_S", 60.0)
    with gx.render(43, 33) as image:
        key = image.record["key"]
    gx.remove(image)
    found = []
    waiter = threading.Thread(target=lambda: found.append(index.wait(key=key, timeout=60)))
    waiter.start()
    time.sleep(0.1)
    gx.render(43, 33).close()
    waiter.join(20)
    assert not waiter.is_alive()
    assert found[0].key == key
    assert index.wait(found[0].id, timeout=0).id == found[0].id


def test_waiting_sleeps_in_the_kernel(index):
    """A second of waiting takes next to no time of the processor."""
    before = time.process_time()
    with pytest.raises(goxel.TimedOut, match="within 1 s"):
        index.wait("00000000000000ff", timeout=1.0)
    assert time.process_time() - before < 0.3


def test_waiting_without_futexes(gx, index, monkeypatch):
    monkeypatch.setattr(futex, "_SYSCALL_NUMBERS", {})
    with goxel.Index(index.directory) as slow:
        with pytest.raises(goxel.TimedOut):
            slow.wait("00000000000000ff", timeout=0.1)
        with gx.render(44, 33) as image:
            assert slow.wait(image.id).id == image.id


def test_a_wait_takes_an_id_or_a_key(index):
    for arguments in ({}, {"render_id": "0" * 16, "key": "0" * 32}):
        with pytest.raises(goxel.InvalidArgument, match="either"):
            index.wait(**arguments)


def test_a_restart_of_the_daemon_goes_unnoticed(own_daemon):
    daemon = own_daemon()
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        image = gx.render(32, 32)
        with gx.index() as index:
            assert index.alive
            daemon.kill()
            # The dead daemon's renders stay readable.
            assert not index.alive
            assert index.find(image.id) is not None
            with index.map(image.id) as mapped:
                assert mapped.sha256() == image.sha256()
            with pytest.raises(goxel.Unavailable, match="no daemon serves"):
                index.wait("00000000000000ff", timeout=20)

            daemon.start()
            make_scene(gx)
            fresh = gx.render(33, 32)
            assert index.find(fresh.id).width == 33
            assert index.alive
            assert index.find(image.id) is not None  # Adopted.
            assert index.renders() == sorted(index.renders(), key=lambda r: (r.created, r.id))


def test_a_wait_goes_on_across_a_restart(own_daemon):
    daemon = own_daemon()
    with goxel.connect(daemon.socket) as gx:
        make_scene(gx)
        with gx.render(32, 32) as image:
            key = image.record["key"]
        gx.remove(image)
        with gx.index() as index:
            found = []
            waiter = threading.Thread(target=lambda: found.append(index.wait(key=key, timeout=20)))
            waiter.start()
            daemon.restart()
            make_scene(gx)
            gx.render(32, 32).close()
            waiter.join(20)
            assert found and found[0].key == key


def test_counters(gx, index):
    before = index.counters()["published"]
    gx.render(32, 32, cache="off").close()
    assert index.counters()["published"] == before + 1
    assert index.build_hash != 0 and index.scene_hash != 0


def test_no_index_says_what_to_do(tmp_path):
    with pytest.raises(goxel.Unavailable, match="--render-dir"):
        goxel.Index(str(tmp_path))
    with pytest.raises(goxel.Unavailable, match="No such file"):
        goxel.Index(str(tmp_path / "none"))


def test_the_directory_from_the_environment(daemon, monkeypatch):
    monkeypatch.setenv("GOXEL_RENDER_DIR", daemon.renders)
    with goxel.Index() as index:
        assert index.directory == daemon.renders
    with pytest.raises(ValueError, match="closed"):
        index.renders()


def test_the_first_directory_that_has_an_index_is_found(daemon, monkeypatch, tmp_path):
    monkeypatch.delenv("GOXEL_RENDER_DIR", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "goxel").mkdir()
    (tmp_path / "goxel" / "renders").symlink_to(daemon.renders)
    with goxel.Index() as index:
        assert index.directory == str(tmp_path / "goxel" / "renders")


def test_without_an_index_the_places_are_named(monkeypatch, tmp_path):
    monkeypatch.delenv("GOXEL_RENDER_DIR", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    places = f"{tmp_path}/goxel/renders, /run/goxel/renders, /tmp/goxel_renders"
    with pytest.raises(goxel.Unavailable, match=places):
        goxel.Index()


@pytest.mark.parametrize(
    "offset, code, value, why",
    [
        (0, "<Q", 0, "still being made"),
        (0, "<Q", 7, "magic"),
        (8, "<I", 3, "version 3"),
        (16, "<Q", 1, "layout hash 0000000000000001"),
        (24, "<Q", 1, "contradict"),
        (56, "<I", 3, "power of two"),
        (56, "<I", 1 << 30, "power of two"),
        (56, "<I", 8, "makes"),
        (64, "<Q", 1 << 40, "contradict"),
        (80, "<Q", 1 << 40, "contradict"),
    ],
)
def test_an_index_that_is_none_is_refused(daemon, tmp_path, offset, code, value, why):
    with open(os.path.join(daemon.renders, "index"), "rb") as file:
        index = bytearray(file.read())
    struct.pack_into(code, index, offset, value)
    (tmp_path / "index").write_bytes(index)
    with pytest.raises((goxel.DataLoss, goxel.Unavailable), match=why):
        goxel.Index(str(tmp_path))


def test_a_short_index_is_refused(tmp_path):
    (tmp_path / "index").write_bytes(bytes(100))
    with pytest.raises(goxel.DataLoss, match="100 bytes"):
        goxel.Index(str(tmp_path))


def copy_of_index(daemon, folder):
    shutil.copy(os.path.join(daemon.renders, "index"), folder / "index")
    return str(folder / "index")


def slot_offset(segment, number):
    return segment._slot_word(number) * 8


def test_numbers_from_the_segment_are_not_trusted(gx, daemon, tmp_path):
    """Entries that lead nowhere, and slots of unknown kinds, count as absent."""
    with gx.render(64, 48, camera="top") as image:
        path = copy_of_index(daemon, tmp_path)
    number = next(
        n
        for n in range(2048)
        if (slot := IndexSegment(str(tmp_path))._read(n)) and slot.id == int(image.id, 16)
    )
    begin = slot_offset(IndexSegment(str(tmp_path)), number) + layout.SLOT_SEQUENCE_BYTES
    with goxel.Index(str(tmp_path)) as index, open(path, "r+b") as file:
        assert index.find(image.id) is not None
        for offset, value in ((32, 99), (36, 99), (120, 99)):
            file.seek(begin + offset)
            original = file.read(4)
            write(file, begin + offset, struct.pack("<I", value))
            assert index.find(image.id) is None
            assert image.id not in [render.id for render in index.renders()]
            write(file, begin + offset, original)
        assert index.find(image.id) is not None
        # Every bucket of the first table leads beyond the slots.
        segment = IndexSegment(str(tmp_path))
        entry = struct.pack("<Q", int(image.id, 16) >> 32 << 32 | 0xFFFFFFFF)
        table = segment._geometry
        write(file, table.id_buckets, entry * ((table.key_buckets - table.id_buckets) // 8))
        assert index.find(image.id) is None


def write(file, offset, data):
    file.seek(offset)
    file.write(data)
    file.flush()


def test_a_slot_that_a_dead_writer_left_half_written(gx, daemon, tmp_path):
    with gx.render(64, 48, camera="top") as image:
        path = copy_of_index(daemon, tmp_path)
    segment = IndexSegment(str(tmp_path))
    with goxel.Index(str(tmp_path)) as index, open(path, "r+b") as file:
        for number in range(2048):
            offset = slot_offset(segment, number)
            slot = segment._read(number)
            if slot is not None and slot.id == int(image.id, 16):
                write(file, offset, struct.pack("<Q", 7))
        with pytest.raises(goxel.Unavailable, match="half-written"):
            index.find(image.id)
        assert image.id not in [render.id for render in index.renders()]


def test_a_slot_is_never_read_torn(daemon, tmp_path):
    """A writer that is interrupted inside the slot: a copy is of one content, or none."""
    path = copy_of_index(daemon, tmp_path)
    segment = IndexSegment(str(tmp_path))
    begin = slot_offset(segment, 5)
    with open(path, "r+b") as file:
        write(file, begin, bytes(layout.SLOT_BYTES))
    stop = threading.Event()

    def write_without_end():
        with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
            words = memoryview(memory).cast("Q")[begin // 8 : begin // 8 + 32]
            sequence = 0
            while not stop.is_set():
                words[0] = sequence + 1
                for word in range(1, 32):
                    words[word] = sequence
                    if word == 8:
                        time.sleep(0)  # The reader's turn, within and
                sequence += 2
                words[0] = sequence
                time.sleep(0)  # behind the slot.
            words.release()

    writer = threading.Thread(target=write_without_end)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    writer.start()
    try:
        seen = set()
        deadline = time.monotonic() + 30
        while len(seen) < 300 and time.monotonic() < deadline:
            content = segment._read(5)
            if content is not None:
                numbers = {content.id, content.key_high, content.size_bytes, content.transfer_ns}
                assert len(numbers) == 1
                seen |= numbers
    finally:
        stop.set()
        writer.join()
        sys.setswitchinterval(interval)
    assert len(seen) == 300
