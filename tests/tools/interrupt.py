"""Runs a command, interrupts it when FILE has rows of draws, and exits as it does. Usage: interrupt.py SIGNAL FILE COMMAND..."""
import glob
import os
import signal
import subprocess
import sys
import time

number, path, command = signal.Signals[sys.argv[1]], sys.argv[2], sys.argv[3:]
process = subprocess.Popen(command)
while process.poll() is None:
    if any(os.path.getsize(file) > 100_000 for file in glob.glob(path + ".tmp*")):
        process.send_signal(number)
        break
    time.sleep(0.01)
sys.exit(process.wait(timeout=60))
