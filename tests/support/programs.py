"""Programs that a test runs, and what it waits for: for tests of whole programs, whose PYTHONPATH has this folder."""
import json
import subprocess
import time

A_RUN_S = 120  # no program may take longer: a hang is a failure


def run(command, **options):
    """Runs a command to its end, text in and out, standard input empty unless `input` gives it."""
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="replace",
                          timeout=A_RUN_S, **options)


def wait_for(condition, what, deadline_s=A_RUN_S, pause_s=0.001):
    """Looks again and again until the condition holds, and returns what it gave. what: a text, or what gives one."""
    end = time.monotonic() + deadline_s
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline_s} s in vain for {what() if callable(what) else what}")
        time.sleep(pause_s)
    return found


def events_in(log, *kinds):
    """What `factorize run --log` has written so far, in order; of the given kinds, or all."""
    if not log.exists():
        return []
    lines = log.read_text().split("\n")[:-1]  # the last one may not be whole
    return [event for event in map(json.loads, lines) if not kinds or event["event"] in kinds]
