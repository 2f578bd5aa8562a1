"""Image: memory that is shared with numpy, Pillow and memoryviews, and never pulled away."""

import fcntl
import gc
import io
import os
import re
import struct

import numpy
import PIL.Image
import pytest

import goxel_client as goxel
from goxel_client import pixel_format as formats
from goxel_client.image import Image
from goxel_client.mapping import map_render, map_sealed
from plane_file import HEADER, plane_file


def address_of(image):
    """Where the mapping of an image begins, by /proc/self/maps."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        lines = [line for line in maps if os.path.basename(image.path) in line]
    assert len(lines) == 1
    return int(lines[0].split("-")[0], 16)


def anonymous_kib():
    with open("/proc/self/smaps_rollup", encoding="utf-8") as rollup:
        return int(re.search(r"^Anonymous:\s+(\d+) kB", rollup.read(), re.MULTILINE).group(1))


def test_asarray_points_into_the_mapping(gx):
    with gx.render(64, 48) as image:
        array = numpy.asarray(image)
        assert array.__array_interface__["data"] == (address_of(image) + HEADER, True)
        assert array.shape == (48, 64, 4) and array.dtype == numpy.uint8
        assert array.strides == (256, 4, 1) and not array.flags.owndata
        again = numpy.asarray(image)
        assert numpy.shares_memory(array, again)
        del array, again


def test_asarray_of_a_large_picture_takes_no_memory(gx):
    with gx.render(3840, 2160) as image:
        numpy.asarray(image)
        before = anonymous_kib()
        array = numpy.asarray(image)
        assert int(array[::64, ::64].max()) > 0
        assert anonymous_kib() - before < 1024 < array.nbytes // 1024
        del array


def test_the_pixels_cannot_be_written(gx):
    with gx.render(16, 16) as image:
        array = numpy.asarray(image)
        with pytest.raises(ValueError):
            array[0, 0, 0] = 1
        with pytest.raises(ValueError):
            array.flags.writeable = True
        with pytest.raises(TypeError):
            image.pixels[0] = 1
        del array


@pytest.mark.parametrize(
    "view_of",
    [
        numpy.asarray,
        lambda image: numpy.asarray(image)[3:5, ::2],
        lambda image: image.pixels,
        lambda image: image.row(3),
        lambda image: image.pil(),
    ],
    ids=["array", "slice of an array", "memoryview", "row", "Pillow"],
)
def test_closing_with_live_views_raises_and_changes_nothing(gx, view_of):
    image = gx.render(32, 32)
    view = view_of(image)
    with pytest.raises(BufferError, match=image.id):
        image.close()
    assert not image.closed
    assert len(image.pixels) == 32 * 32 * 4
    del view
    gc.collect()
    image.close()
    image.close()
    assert image.closed


def test_an_array_outlives_the_image_that_it_came_from(gx):
    image = gx.render(32, 32)
    expected = bytes(image.pixels)
    array = numpy.asarray(image)
    path = image.path
    del image
    gc.collect()
    assert array.tobytes() == expected
    assert is_leased(path)
    del array
    gc.collect()
    assert not is_leased(path)


def is_leased(path):
    fd = os.open(path, os.O_RDWR)
    try:
        lock = struct.pack("@hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0)
        answer = fcntl.fcntl(fd, fcntl.F_OFD_GETLK, lock)
        return struct.unpack("@hhqqi4x", answer)[0] != fcntl.F_UNLCK
    finally:
        os.close(fd)


def test_an_error_in_the_block_is_not_hidden_by_a_live_view(gx):
    with pytest.raises(ZeroDivisionError):
        with gx.render(16, 16) as image:
            array = numpy.asarray(image)
            1 / 0
    del array
    image.close()


def test_a_closed_image_says_so(gx):
    image = gx.render(16, 16)
    image.close()
    for use in (lambda: image.pixels, lambda: image.row(0), lambda: image.sha256(), image.pil):
        with pytest.raises(ValueError, match=f"{image.id} is closed"):
            use()
    with pytest.raises(ValueError, match="is closed"):
        numpy.asarray(image)
    assert "closed" in repr(image)


def test_rows(gx):
    with gx.render(24, 20) as image:
        assert b"".join(image.row(y) for y in range(20)) == bytes(image.pixels)
        for y in (-1, 20):
            with pytest.raises(IndexError, match="rows 0 to 19"):
                image.row(y)


def test_pictures_that_are_saved_are_the_pixels(gx, tmp_path):
    with gx.render(40, 30, transparent=True) as image:
        expected = numpy.array(image)
        for name in ("a.png", "a.pam", "a.tga", "a.tiff"):
            image.save(tmp_path / name)
            if name != "a.pam":  # Which Pillow does not read.
                saved = PIL.Image.open(tmp_path / name).convert("RGBA")
                assert numpy.array_equal(numpy.asarray(saved), expected)
        assert (tmp_path / "a.pam").read_bytes().endswith(b"ENDHDR\n" + expected.tobytes())
        image.save(str(tmp_path / "a.jpg"), quality=95)
        assert min(PIL.Image.open(tmp_path / "a.jpg").getpixel((0, 0))) > 250  # White.


def test_a_notebook_shows_a_png(gx):
    with gx.render(40, 30) as image:
        picture = PIL.Image.open(io.BytesIO(image._repr_png_()))
        assert numpy.array_equal(numpy.asarray(picture), numpy.array(image))


def test_pillow_shares_the_memory(gx):
    with gx.render(3840, 2160) as image:
        image.pil()
        before = anonymous_kib()
        picture = image.pil()
        assert picture.size == (3840, 2160) and picture.getpixel((0, 0))[3] == 255
        assert anonymous_kib() - before < 1024
        del picture


def test_equal_pictures_have_equal_hashes(gx):
    with gx.render(40, 30) as one, gx.render(40, 30, mode="fd") as other:
        assert one.sha256() == other.sha256() and len(one.sha256()) == 64


@pytest.mark.parametrize(
    "form, dtype, channels",
    [
        (formats.FLOAT32, "<f4", 1),
        (formats.UINT16, "<u2", 1),
        (formats.UINT8, "u1", 1),
        (formats.INT8X4, "i1", 4),
        (formats.INT16X4, "<i2", 4),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_planes_have_the_numbers_that_their_format_says(tmp_path, form, dtype, channels):
    shape = (3, 5) if channels == 1 else (3, 5, channels)
    values = (numpy.arange(numpy.prod(shape)).reshape(shape) - 7).astype(dtype)
    path = plane_file(tmp_path, form, 5, 3, values.tobytes())

    image = Image(map_render(path, 0xAB), "00000000000000ab", path)
    array = numpy.asarray(image)
    assert image.shape == shape and array.dtype == numpy.dtype(dtype)
    assert numpy.array_equal(array, values)
    if form in (formats.UINT8, formats.UINT16):
        saved = PIL.Image.open(io.BytesIO(image._repr_png_()))
        assert numpy.array_equal(numpy.asarray(saved), values)
    else:
        assert image._repr_png_() is None
        with pytest.raises(goxel.InvalidArgument, match=form.name):
            image.save(tmp_path / "plane.png")
    if channels == 1:
        assert numpy.array_equal(numpy.asarray(image.pil()), values)
    else:
        with pytest.raises(goxel.InvalidArgument, match="numpy.asarray"):
            image.pil()


def sealed(data, seals):
    fd = os.memfd_create("test", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
    os.write(fd, data)
    fcntl.fcntl(fd, 1033, seals)
    return fd


@pytest.mark.parametrize("seals", [0, 2, 2 | 4, 8])
def test_a_descriptor_that_could_change_is_refused(seals):
    fd = sealed(bytes(64), seals)
    with pytest.raises(goxel.DataLoss, match="sealed"):
        map_sealed(fd, 4, 4, 16, 0, formats.RGBA8)
    os.close(fd)


def test_a_file_is_no_sealed_descriptor(tmp_path):
    with open(tmp_path / "file", "wb+") as file:
        with pytest.raises(goxel.DataLoss, match="memfd"):
            map_sealed(file.fileno(), 4, 4, 16, 0, formats.RGBA8)


@pytest.mark.parametrize(
    "geometry", [(4, 5, 16, 0), (5, 4, 16, 0), (4, 4, 16, 1), (0, 4, 16, 0), (4, 4, 16, -1)]
)
def test_a_geometry_that_does_not_fit_is_refused(geometry):
    fd = sealed(bytes(64), 2 | 4 | 8)
    with pytest.raises(goxel.DataLoss, match="do not fit"):
        map_sealed(fd, *geometry, formats.RGBA8)
    os.close(fd)


def test_padded_rows_of_a_descriptor():
    fd = sealed(bytes(range(60)), 2 | 4 | 8)
    image = Image(map_sealed(fd, 2, 3, 20, 0, formats.RGBA8))
    os.close(fd)
    array = numpy.asarray(image)
    assert array.strides == (20, 4, 1)
    assert [row.tobytes() for row in array] == [bytes(image.row(y)) for y in range(3)]
    assert bytes(image.row(1)) == bytes(range(20, 28))


def test_a_file_that_is_not_what_it_says_is_refused(tmp_path):
    path = plane_file(tmp_path, formats.RGBA8, 4, 4, bytes(64))
    with pytest.raises(goxel.NotFound, match="serves another"):
        map_render(path, 0xAC)
    with open(path, "ab") as file:
        file.write(b"x")
    with pytest.raises(goxel.DataLoss, match="need 4160"):
        map_render(path, 0xAB)
    with open(path, "r+b") as file:
        file.write(b"P6")
    with pytest.raises(goxel.DataLoss, match="no header"):
        map_render(path, 0xAB)
    with open(path, "wb") as file:
        file.write(b"short")
    with pytest.raises(goxel.DataLoss, match="has 5 bytes"):
        map_render(path, 0xAB)
    os.symlink(path, tmp_path / "link.pam")
    with pytest.raises(goxel.DataLoss, match="symbolic link"):
        map_render(str(tmp_path / "link.pam"), 0xAB)
    with pytest.raises(goxel.NotFound, match="ask for it again"):
        map_render(str(tmp_path / "none.pam"), 0xAB)


def test_a_file_of_another_user_is_refused(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to another user")
    path = plane_file(tmp_path, formats.RGBA8, 4, 4, bytes(64))
    os.chown(path, 65534, 65534)
    with pytest.raises(goxel.DataLoss, match="not a regular file of uid 0"):
        map_render(path, 0xAB)
