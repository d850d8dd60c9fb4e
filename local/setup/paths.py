"""Setup's paths, all ignored by git."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / "venv"
# Not in the root: a package.json next to the functions makes the Firebase CLI treat them as Node's.
NODE_PACKAGE = ROOT / "local" / "firebase-cli"
NODE_MODULES = NODE_PACKAGE / "node_modules"
WEB = ROOT / "web"
CACHE = ROOT / ".cache"
EMULATORS = CACHE / "emulators"
FIREBASE_CLI = NODE_MODULES / "firebase-tools" / "lib" / "bin" / "firebase.js"


def venv_python() -> Path:
    """The interpreter of the virtual environment."""
    return VENV / "bin" / "python"
