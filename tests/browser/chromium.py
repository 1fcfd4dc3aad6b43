"""Finds a Chromium for the browser tests, or gets one; says clearly what to do where it can't.

Run as a script, it is the set-up's step: a browser that is here already, else Playwright's own, else the system's
package.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none")
ADVICE = (
    "No Chromium was found, and none could be installed, so the browser tests are skipped.\n"
    "Install Chromium or Chrome, or say where it is: make test CHROMIUM=/path/to/chrome"
)


def own():
    """Playwright's own Chromium, if it was downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find():
    """Path of a browser, or None."""
    said = os.environ.get("CHROMIUM")
    if said:
        return said if Path(said).exists() else shutil.which(said)
    here = (*(shutil.which(name) for name in NAMES), *(place for place in PLACES if Path(place).exists()))
    return next(filter(None, here), None) or own()


def get():
    """Install one: Playwright's, else Debian's or Ubuntu's where we may."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        attempts += [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    for command in attempts:
        print("browser tests:", *command, flush=True)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False, timeout=900)
        if path := find():
            return path
    return None


if __name__ == "__main__":
    browser = find() or get()
    print(f"browser tests: {browser}" if browser else ADVICE)
    sys.exit(0 if browser or not os.environ.get("CI") else 1)
