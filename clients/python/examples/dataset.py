"""Renders a scene from many directions into one numpy array.

    python3 dataset.py castle.vox views.npz --views 1000 --size 256x256

Writes `pixels` (views, height, width, 4; uint8) and `matrices` (views, 4, 4;
camera to world, x right, y up, z back). Each picture is copied once, from the
daemon's memory to its place in the array, while the daemon draws the next.
"""

import argparse
import math
import os

import numpy

import goxel_client as goxel


def directions(count):
    """Azimuths and elevations in degrees, evenly spread over the sphere."""
    golden_angle = 180 * (3 - math.sqrt(5))
    for number in range(count):
        height = 1 - 2 * (number + 0.5) / count
        yield golden_angle * number % 360, math.degrees(math.asin(height))


def render_views(gx, project, count, width, height):
    pixels = numpy.empty((count, height, width, 4), numpy.uint8)
    matrices = numpy.empty((count, 4, 4))
    cameras = [{"azimuth": a, "elevation": e} for a, e in directions(count)]
    for number, image in enumerate(gx.views(cameras, width, height, project_id=project)):
        with image:
            pixels[number] = image
            # The daemon writes matrices column by column.
            matrices[number] = numpy.reshape(image.camera["matrix"], (4, 4)).T
    return pixels, matrices


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scene", help="a .vox, .gox, .qb, .ply, .obj or .txt file")
    parser.add_argument("output", help="the .npz file to write")
    parser.add_argument("--views", type=int, default=1000)
    parser.add_argument("--size", default="256x256", help="WIDTHxHEIGHT in pixels")
    arguments = parser.parse_args()
    width, height = map(int, arguments.size.split("x"))

    with goxel.connect() as gx:
        # A project of our own, for this connection: others may use the default one.
        project = f"dataset-{os.getpid()}"
        gx.call("goxel.create_project", {"project_id": project, "ephemeral": True})
        gx.load(arguments.scene, project_id=project)
        pixels, matrices = render_views(gx, project, arguments.views, width, height)
    numpy.savez_compressed(arguments.output, pixels=pixels, matrices=matrices)
    print(f"{arguments.output}: {len(pixels)} views of {width}x{height}")


if __name__ == "__main__":
    main()
