"""How quiet the machine was, by its load and by what its floors did."""

from report.spread import digits, spread

# Above these a run judges nothing: the machine did other things meanwhile.
MOST_NOISE = 0.30  # Of any floor: its middle half, as a part of its median.
MOST_LOAD = 0.5  # Processes that wanted to run when it started, for each core.


def noise(run):
    """How far a figure of this run may be off: the widest spread of its floors."""
    return max((spread(times).relative for times in run["floors"].values()), default=0.0)


def too_noisy(run):
    """Why nothing can be judged; empty when it can."""
    reasons = []
    most = MOST_LOAD * run["machine"]["cores"]
    if run["load_at_start"] > most:
        reasons.append(f"the load was {digits(run['load_at_start'])} when the run started "
                       f"(at most {digits(most)} is quiet)")
    if noise(run) > MOST_NOISE:
        reasons.append(f"the floors moved by {100 * noise(run):.0f} % within the run "
                       f"(at most {100 * MOST_NOISE:.0f} % is quiet)")
    if run["quick"]:
        reasons.append("a quick run measures nothing")
    return "; ".join(reasons)
