"""Makes the environment of the benchmarks: `python tests/bench/install.py FOLDER`.

The project goes into it, and each line of requirements.txt on its own, so that one that does not install takes
no other with it. What is left out stands with its reason in FOLDER/missing.json.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent


def main(folder: Path) -> None:
    """Make the environment, or bring it up to date."""
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--editable", f"{HERE.parent.parent}[dev]"], check=True)
    missing = {}
    for line in (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines():
        wanted = line.split("#")[0].strip()
        if not wanted:
            continue
        print(f"installing {wanted}", flush=True)
        done = subprocess.run([*pip, wanted], capture_output=True, text=True, check=False)
        if done.returncode:
            errors = [said for said in done.stderr.splitlines() if said.startswith("ERROR")]
            missing[wanted.split("~")[0]] = (
                errors[0].removeprefix("ERROR: ") if errors else "it did not install"
            )
    (folder / "missing.json").write_text(json.dumps(missing, indent=1) + "\n", encoding="utf-8")
    for name, reason in missing.items():
        print(f"left out: {name}: {reason}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
