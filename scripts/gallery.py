#!/usr/bin/env python3
"""Draws the pictures of docs/gallery.md, and writes the page.

    scripts/gallery.py                     with the daemon of build/release
    scripts/gallery.py --scenes DIRECTORY  where the real scenes are

Scenes that are not there are left out of the page.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "clients" / "python"))

import goxel_client as goxel  # noqa: E402

PICTURES = ROOT / "docs" / "images" / "gallery"
SIZE = (480, 360)
STYLES = ["default", "goxel", "flat", "clay"]

# File, what it is called, and whose it is.
SCENES = [
    ("builtin:demo", "The built-in scene", ""),
    ("mmmm_scene_aliens.vox", "Aliens",
     "Mini Mike's Metro Minis, Mike Judge, CC BY 4.0"),
    ("mmmm_obj_house3.vox", "House",
     "Mini Mike's Metro Minis, Mike Judge, CC BY 4.0"),
    ("mmmm_veh_bus.vox", "Bus",
     "Mini Mike's Metro Minis, Mike Judge, CC BY 4.0"),
    ("mmmm_block_1264k.vox", "Block, 1.26 million voxels",
     "Mini Mike's Metro Minis, Mike Judge, CC BY 4.0; placed side by side"),
    ("bevy_study.vox", "Study",
     "bevy_vox_scene, Lucas A. and Oliver Dew, MIT"),
]

# What a picture can have besides a style: name, options, camera.
FEATURES = [
    ("Smooth shadows, on the ground", {"shadows": "smooth", "ground": True}, {}),
    ("A low sun", {"light": {"azimuth": -50, "elevation": 18},
                   "shadows": "smooth"}, {}),
    ("An outline", {"outline": {"width": 1.5}}, {}),
    ("A gradient", {"background_color": [70, 110, 180],
                    "background_bottom": [235, 225, 205]}, {}),
    ("Orthographic, true isometric", {}, {"azimuth": 45, "elevation": 35.2644,
                                          "ortho": True}),
    ("A wide angle", {}, {"azimuth": 20, "elevation": 12, "fov": 70}),
]


class Daemon:
    """A daemon of this run's own."""

    def __init__(self, program):
        self.home = tempfile.TemporaryDirectory(prefix="goxel-gallery-")
        home = pathlib.Path(self.home.name)
        self.socket = str(home / "goxel.sock")
        self.process = subprocess.Popen(
            [program, "--socket", self.socket, "--render-dir",
             str(home / "renders")], stderr=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(200):
            try:
                return goxel.connect(self.socket)
            except goxel.GoxelError:
                time.sleep(0.02)
        raise SystemExit("the daemon does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.home.cleanup()


def save(client, name, options, camera):
    """Draws one picture of what is loaded; its address in the page."""
    file = PICTURES / f"{name}.png"
    client.call("goxel.render_scene", {
        "width": SIZE[0], "height": SIZE[1], "camera": camera,
        "output_path": str(file),
        "options": {**options, "compression": "smallest"}})
    return f"images/gallery/{file.name}"


def save_sheet(client, name):
    reply = client.call("goxel.render_views", {
        "width": 240, "height": 200, "presets": "all", "sheet": {"columns": 3},
        "options": {"output_dir": str(PICTURES), "compression": "smallest"}})
    made = pathlib.Path(reply["sheet"]["file"]["path"])
    made.replace(PICTURES / f"{name}.png")
    return f"images/gallery/{name}.png"


def table(cells, columns):
    """A table of pictures with a line beneath each."""
    lines = []
    for start in range(0, len(cells), columns):
        row = cells[start:start + columns]
        row += [("", "")] * (columns - len(row))
        pictures = [f"![{text}]({link})" if link else "" for link, text in row]
        lines.append("| " + " | ".join(pictures) + " |")
        if start == 0:
            lines.append("|" + "---|" * columns)
        lines.append("| " + " | ".join(text for _, text in row) + " |")
    return lines + [""]


def words_of(options, camera):
    pairs = {**options, **{f"camera.{key}": v for key, v in camera.items()}}
    return ", ".join(f"`{key}: {str(value).lower()}`"
                     for key, value in pairs.items())


def draw(client, scenes):
    page = ["# Gallery", "",
            "Every picture here is made by `scripts/gallery.py`, at "
            f"{SIZE[0]} x {SIZE[1]} pixels with the antialiasing that is the "
            "default at this size.", "", "## Styles", "",
            "`options.style`: `default`, `goxel`, `flat` and `clay`.", ""]
    for file, title, origin in SCENES:
        path = file if file.startswith("builtin:") else str(scenes / file)
        if path != file and not pathlib.Path(path).exists():
            continue
        client.load(path)
        stem = file.replace("builtin:", "").replace(".vox", "")
        page += [f"### {title}", ""] + ([f"({origin})", ""] if origin else [])
        page += table([(save(client, f"{stem}_{style}", {"style": style}, {}),
                        style) for style in STYLES], 4)
    client.load("builtin:demo")
    page += ["## Light, lines, backgrounds, cameras", ""]
    page += table([(save(client, f"feature_{number}", options, camera),
                    f"{title}: {words_of(options, camera)}")
                   for number, (title, options, camera) in enumerate(FEATURES)],
                  3)
    page += ["## Presets", "",
             "All of them, as the contact sheet that `goxel.render_views` makes.",
             "", f"![All presets]({save_sheet(client, 'presets')})", ""]
    return page


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--daemon", default=str(
        ROOT / "build" / "release" / "daemon" / "goxel-daemon"))
    parser.add_argument("--scenes", type=pathlib.Path,
                        default=ROOT.parent / "shared" / "data")
    arguments = parser.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with Daemon(arguments.daemon) as client:
        page = draw(client, arguments.scenes)
    (ROOT / "docs" / "gallery.md").write_text("\n".join(page))


main()
