#!/usr/bin/env python3
"""Tests of how bench/ judges and compares what it has measured."""

import copy
import os
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))

from report import budgets, compare, noise, page, pictures  # noqa: E402
from report.plots import LogAxis, decades  # noqa: E402
from report.promises import promises  # noqa: E402
from report.spread import show_bytes, show_ms, show_saved, spread  # noqa: E402
from transfer.modes import DRAW_ONLY, MODES  # noqa: E402

NAMES = [mode.name for mode in [*MODES, DRAW_ONLY]]
SIZES = {"1080p": [1920, 1080], "4K": [3840, 2160]}


def series(milliseconds):
    steady = [milliseconds * factor for factor in (0.99, 1.0, 1.0, 1.01)]
    return {"first_ms": steady, "all_ms": [2 * time for time in steady], "draw_ms": [20.0] * 4,
            "transfer_ms": [0.1] * 4, "client_cpu_ms": steady, "server_cpu_ms": steady,
            "socket_bytes": 1000, "file_bytes": 0, "client_bytes": 1000}


def quiet_run():
    """A run as run.py writes it: mmap takes 1 ms, every other mode 10 ms."""
    latency = {size: {name: series(1.0 if name == "mmap" else 10.0) for name in NAMES}
               for size in SIZES}
    latency["read_back"] = {"mmap": series(5.0)}
    grown = {"server_heap": 100e6, "client_heap": 50e6, "server_shared": 0, "client_shared": 0}
    drawn = {"server_heap": 34e6, "client_heap": 0, "server_shared": 33e6, "client_shared": 0}
    memory = {size: {name: dict(drawn if name in ("mmap", "draw_only") else grown)
                     for name in NAMES} for size in SIZES}
    return {
        "format": 1, "quick": False, "load_at_start": 0.1, "seconds": 500,
        "machine": {"date": "2026-01-01 00:00 UTC", "commit": "abc", "cpu": "a processor",
                    "cores": 2, "memory_bytes": 8e9, "kernel": "6.1", "system": "a system",
                    "clock": "tsc", "versions": {"libpng16-16": "1.6.39"}},
        "floors": {"BM_CopyFrame": [3e6, 3e6, 3.1e6], "BM_MapFloor": [3000, 3010, 3020],
                   "BM_SocketEcho/pinned:1": [4000, 4000, 4000],
                   "BM_Draw/nothing/plain/4K/samples:1": [7e6, 7e6, 7e6]},
        "transfer": {
            "sizes": SIZES, "throughput_size": "4K", "rounds": 3, "latency": latency,
            "pinned": {"4K": {"index": series(0.01)}}, "memory": memory,
            "throughput": {name: {"1": [10.0, 10.1], "2": [18.0, 18.1]} for name in NAMES},
            "tally": {"renders": 100, "proofs": 10, "sums_compared": 20,
                      "daemon_counters": {"degraded": 0, "no_space": 0}}},
        "benchmarks": {
            "BM_IndexFind/renders:1024": {"time_ns": [40, 40, 41], "counters": {}},
            "BM_IndexFind/renders:65536": {"time_ns": [300, 300, 301], "counters": {}},
            "BM_MapRender": {"time_ns": [24e3, 24e3, 24e3], "counters": {}},
            "BM_Adopt/disk:0/real_time":
                {"time_ns": [1e8], "counters": {"items_per_second": 150e3}}}}


def verdict_of(run, name):
    return next(found for found in budgets.verdicts(run) if found.budget.what.startswith(name))


class Comparing(unittest.TestCase):
    def setUp(self):
        self.old = quiet_run()
        self.new = quiet_run()

    def scale(self, factor):
        latency = self.new["transfer"]["latency"]["4K"]["mmap"]
        latency["first_ms"] = [time * factor for time in latency["first_ms"]]

    def test_a_run_does_not_differ_from_itself(self):
        lines, worse = compare.describe(self.old, self.new)
        self.assertFalse(worse)
        self.assertIn("nothing moved beyond noise", lines)

    def test_twice_the_time_is_worse_and_says_the_factor(self):
        self.scale(2)
        lines, worse = compare.describe(self.old, self.new)
        self.assertTrue(worse)
        self.assertIn("worse  mmap 4K first_ms: 1.00 -> 2.00 (2.00x)", lines)

    def test_half_the_time_is_better(self):
        self.scale(0.5)
        lines, worse = compare.describe(self.old, self.new)
        self.assertFalse(worse)
        self.assertIn("better  mmap 4K first_ms: 1.00 -> 0.50 (0.50x)", lines)

    def test_a_move_within_ten_percent_is_noise(self):
        self.scale(1.08)
        self.assertEqual(compare.moves(self.old, self.new), [])

    def test_a_move_within_the_noise_of_the_floors_is_noise(self):
        self.scale(1.5)
        self.new["floors"]["BM_CopyFrame"] = [2e6, 3e6, 5e6]
        self.assertEqual(compare.moves(self.old, self.new), [])

    def test_quartiles_that_overlap_are_noise(self):
        self.scale(1.5)
        self.old["transfer"]["latency"]["4K"]["mmap"]["first_ms"] = [0.5, 1.0, 1.0, 2.0, 2.0]
        self.assertEqual(compare.moves(self.old, self.new), [])

    def test_fewer_pictures_a_second_are_worse(self):
        self.new["transfer"]["throughput"]["mmap"]["2"] = [9.0, 9.1]
        moved = compare.moves(self.old, self.new)
        self.assertEqual([(move.name, move.worse) for move in moved],
                         [("mmap 2 clients pictures/s", True)])

    def test_what_only_one_run_has_is_left_out(self):
        del self.old["benchmarks"]["BM_MapRender"]
        self.assertEqual(compare.moves(self.old, self.new), [])

    def test_a_noisy_run_makes_nothing_worse_but_is_named(self):
        self.scale(2)
        self.new["load_at_start"] = 3.0
        lines, worse = compare.describe(self.old, self.new)
        self.assertFalse(worse)
        self.assertTrue(any(line.startswith("not judged: the new run") for line in lines))

    def test_another_machine_is_named(self):
        self.new["machine"]["cpu"] = "another"
        lines, _ = compare.describe(self.old, self.new)
        self.assertIn("not the same machine: cpu was a processor, is another", lines)


class Judging(unittest.TestCase):
    def test_a_figure_below_its_limit_is_met(self):
        self.assertEqual(verdict_of(quiet_run(), "index look-up").words, "met")

    def test_a_miss_says_by_how_much_and_how_far_from_the_floor(self):
        verdict = verdict_of(quiet_run(), "look up, open")
        self.assertEqual(verdict.words, "missed by 2.00x (1.99x as a ratio)")
        self.assertEqual(verdict.ratio, "7.97x")

    def test_where_the_floor_is_higher_the_limit_holds_as_a_ratio(self):
        run = quiet_run()
        run["floors"]["BM_MapFloor"] = [6500] * 3
        self.assertEqual(verdict_of(run, "look up, open").words, "met as a ratio")

    def test_a_rate_must_be_above_its_limit(self):
        run = quiet_run()
        self.assertEqual(verdict_of(run, "adoption").words, "met")
        run["benchmarks"]["BM_Adopt/disk:0/real_time"]["counters"]["items_per_second"] = 50e3
        self.assertEqual(verdict_of(run, "adoption").words, "missed by 2.00x")

    def test_what_was_not_run_has_no_verdict(self):
        named = [verdict.budget.what for verdict in budgets.verdicts(quiet_run())]
        self.assertNotIn("start of the daemon to its first reply", named)

    def test_a_loaded_machine_judges_nothing(self):
        run = quiet_run()
        run["load_at_start"] = 3.0
        self.assertIn("the load was 3.00", noise.too_noisy(run))
        self.assertEqual({verdict.words for verdict in budgets.verdicts(run)}, {"not judged"})

    def test_floors_that_moved_judge_nothing(self):
        run = quiet_run()
        run["floors"]["BM_CopyFrame"] = [2e6, 3e6, 5e6]
        self.assertIn("the floors moved", noise.too_noisy(run))

    def test_a_quick_run_judges_nothing(self):
        run = quiet_run()
        run["quick"] = True
        self.assertIn("a quick run", noise.too_noisy(run))


class Promising(unittest.TestCase):
    def row(self, run, promise, against):
        return next(row for row in promises(run)
                    if row.promise.startswith(promise) and row.against == against)

    def test_memory_counts_the_file_once_and_leaves_the_drawing_out(self):
        row = self.row(quiet_run(), ">= 90 % less memory, 4K", "JSON library with all base64")
        self.assertEqual(row.figure, "33.0 MB instead of 116 MB: 71.6 % less")
        self.assertEqual(row.word, "not kept")

    def test_a_tenth_of_the_time_is_less_than_half(self):
        row = self.row(quiet_run(), ">= 50 % less transfer time, 4K, first pixel", "PNG file")
        self.assertEqual(row.word, "kept")

    def test_a_degraded_render_breaks_the_promise_of_no_errors(self):
        run = quiet_run()
        self.assertEqual(self.row(run, "zero buffer", "the whole run").word, "kept")
        run["transfer"]["tally"]["daemon_counters"]["degraded"] = 1
        self.assertEqual(self.row(run, "zero buffer", "the whole run").word, "not kept")


class Reporting(unittest.TestCase):
    def test_every_plot_is_well_formed_and_every_mode_has_a_row(self):
        with tempfile.TemporaryDirectory() as docs:
            page.write(quiet_run(), docs, readme=None)
            for name in pictures.PLOTS:
                xml.etree.ElementTree.parse(os.path.join(docs, "images", name))
            with open(os.path.join(docs, "benchmarks.md"), encoding="utf-8") as file:
                text = file.read()
        for mode in MODES:
            self.assertIn(f"| {mode.title} |", text)

    def test_the_table_of_the_readme_is_replaced_and_nothing_else(self):
        text = f"before\n{page.README_START}\nold\n{page.README_END}\nafter\n"
        replaced = page.replace_table(text, ["| \\1 |"])
        self.assertEqual(replaced, f"before\n{page.README_START}\n\n| \\1 |\n\n"
                                   f"{page.README_END}\nafter\n")

    def test_the_report_changes_no_figure_of_the_run(self):
        run = quiet_run()
        kept = copy.deepcopy(run)
        page.report_lines(run, [])
        self.assertEqual(run, kept)


class Writing(unittest.TestCase):
    def test_quartiles_are_those_of_the_middle_half(self):
        found = spread([1, 2, 3, 4, 5])
        self.assertEqual((found.low, found.median, found.high), (2, 3, 4))

    def test_figures_have_three_digits_and_a_unit(self):
        self.assertEqual(show_ms(0.0123), "12.3 us")
        self.assertEqual(show_ms(1234), "1.23 s")
        self.assertEqual(show_bytes(33177600), "33.2 MB")
        self.assertEqual(show_saved(0.9), "90.0 % less")
        self.assertEqual(show_saved(-0.5), "50.0 % more")

    def test_a_log_axis_gives_each_decade_the_same_length(self):
        axis = LogAxis(decades(0.3, 20), 0, 300)
        self.assertEqual([axis.at(value) for value in (0.1, 1, 10, 100)], [0, 100, 200, 300])


if __name__ == "__main__":
    unittest.main()
