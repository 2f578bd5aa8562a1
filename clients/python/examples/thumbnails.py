"""Makes a PNG thumbnail of every scene file in a folder.

    python3 thumbnails.py models/ thumbnails/ --size 256 --jobs 4

Scenes that are no scenes are named at the end; the others are made all the same.
Exits with 1 when there were any.
"""

import argparse
import asyncio
import os
import sys

import goxel_client as goxel

SCENES = (".vox", ".gox", ".qb", ".ply", ".obj", ".txt")


async def make_thumbnails(paths, output, size):
    """Takes one path after the other; returns those that failed, with the error."""
    failed = []
    async with goxel.aio.connect() as gx:
        project = f"thumbnails-{os.getpid()}-{id(gx)}"
        await gx.call("goxel.create_project", {"project_id": project, "ephemeral": True})
        while paths:
            path = paths.pop()
            target = os.path.join(output, os.path.basename(path) + ".png")
            try:
                await gx.load(path, project_id=project)
                await gx.render_to(target, size, size, project_id=project, transparent=True)
            except goxel.GoxelError as error:
                failed.append((path, error))
    return failed


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("output", help="folder of the thumbnails")
    parser.add_argument("--size", type=int, default=256, help="pixels of a side")
    parser.add_argument("--jobs", type=int, default=4, help="files under way at once")
    arguments = parser.parse_args()

    names = sorted(os.listdir(arguments.folder), reverse=True)
    paths = [os.path.join(arguments.folder, n) for n in names if n.lower().endswith(SCENES)]
    count = len(paths)
    os.makedirs(arguments.output, exist_ok=True)
    jobs = (make_thumbnails(paths, arguments.output, arguments.size) for _ in range(arguments.jobs))
    failed = [failure for result in await asyncio.gather(*jobs) for failure in result]
    for path, error in failed:
        print(f"{path}: {error}", file=sys.stderr)
    print(f"{count - len(failed)} thumbnails in {arguments.output}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
