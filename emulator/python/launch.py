"""Runs MiniStack as a child of emulator/ministack.ts.

Standard input is the parent's hand: each line is a JSON object of environment variables for functions whose process
starts from now on; its end means that the parent is gone, and with it goes the whole process group. What cannot be
supplied from outside of MiniStack is supplied here, and the first lines of the log say so.
"""

import json
import os
import shutil
import signal
import sys
import threading

import alarm_math
import chosen_version
import error_names
import event_versions


def follow_parent() -> None:
    for line in sys.stdin:
        os.environ.update(json.loads(line))
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def main() -> None:
    if os.getpgid(0) != os.getpid():
        sys.exit("launch.py ends its whole process group, so it must lead one")
    threading.Thread(target=follow_parent, name="follow-parent", daemon=True).start()
    chosen_version.supply()
    alarm_math.supply()
    for each in (error_names, event_versions):
        if each.supply():
            print(f"supplied: {each.BEHAVIOUR}")

    from ministack.app import main as ministack

    ministack()


if __name__ == "__main__":
    main()
