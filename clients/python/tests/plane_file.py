"""Writes files such as the daemon writes for pixels of any format."""

HEADER = 4096


def plane_file(folder, form, width, height, data, render_id=0xAB):
    """The path of the file of render `render_id`."""
    lines = (
        f"# goxel-render\tid={render_id:016x}\tkey={'0' * 32}\tcreated=1\tttl=60\tsession=000001\n"
        f"WIDTH {width}\nHEIGHT {height}\nDEPTH {form.bytes_per_pixel}\nMAXVAL 255\n"
        f"TUPLTYPE {form.tuple_type}\nENDHDR\n"
    ).encode()
    path = folder / f"render_1_000001_{render_id:016x}.pam"
    path.write_bytes(b"P7\n" + b"\n" * (HEADER - 3 - len(lines)) + lines + data)
    return str(path)
