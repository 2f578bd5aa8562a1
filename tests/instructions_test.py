"""bench/instructions.py: what it reads, and what it takes for a change."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "bench"))

import instructions  # pylint: disable=wrong-import-position

DUMP = """version: 1
creator: callgrind-3.19.0
desc: Trigger: Client Request: index_find
events: Ir
fn=(1) main
12 34
summary: 1234567
totals: 1234567
"""


class InstructionsTest(unittest.TestCase):
    def test_a_dump_tells_its_path_and_its_instructions(self):
        self.assertEqual(instructions.read_dump(DUMP), ("index_find", 1234567))

    def test_the_dump_at_the_end_is_nobodys(self):
        end = DUMP.replace("Client Request: index_find", "Program termination")
        self.assertIsNone(instructions.read_dump(end))

    def test_what_stays_within_the_tolerance_is_no_change(self):
        self.assertEqual(instructions.judge(1000, 1009), "")
        self.assertEqual(instructions.judge(1000, 991), "")

    def test_a_loss_and_a_gain_are_both_told(self):
        self.assertEqual(instructions.judge(1000, 1011), "MORE")
        self.assertEqual(instructions.judge(1000, 989), "LESS")

    def test_paths_that_came_or_went_are_told(self):
        rows = instructions.compare({"old": 1, "kept": 2}, {"kept": 2, "new": 3})
        self.assertEqual(rows, [("kept", 2, 2, ""),
                                ("new", None, 3, "not recorded"),
                                ("old", 1, None, "gone")])

    def test_another_compiler_is_named_with_both_versions(self):
        self.assertEqual(
            instructions.differences({"compiler": "13", "libc": "2.36"},
                                     {"compiler": "12", "libc": "2.36"}),
            ["compiler is 13, in the record 12"])

    def test_valgrind_shows_no_processor_beyond_avx2(self):
        self.assertEqual(
            instructions.shown_processor(["sse4_2", "avx", "avx2", "avx512f"]),
            "avx2")
        self.assertEqual(instructions.shown_processor(["ssse3"]), "sse2")


if __name__ == "__main__":
    unittest.main()
