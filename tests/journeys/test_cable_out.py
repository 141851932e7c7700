"""With the network cable out: a machine that knows nothing but itself answers at the command and at the desk."""

import json
import shutil
import subprocess
import sys
from urllib.parse import quote

import pytest
from commands import ADJOIN, AROUND

ALONE = ("unshare", "-rn")  # a name space without any network
PLACE = "朱沱"
ASK = """
import json
import sys
import time
from urllib.request import urlopen
for _ in range(300):
    try:
        urlopen(sys.argv[1] + "/desk", timeout=30)
        break
    except OSError:
        time.sleep(0.2)
address, place = sys.argv[1:]
ends = ("", ".pdf", ".cap")
page, paper, alert = (urlopen(f"{address}/desk{end}?place={place}", timeout=60).read() for end in ends)
print(json.dumps([page.decode(), len(paper), alert.decode()]))
"""


def can_be_alone():
    found = shutil.which("unshare") and shutil.which("ip")
    return bool(found) and subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not can_be_alone(), reason="this system gives no name space without a network")


def run_alone(script, *arguments):
    words = [*ALONE, "bash", "-c", f"ip link set lo up; {script}", "-", *map(str, arguments)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=120, env=AROUND)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_answers(two_workspaces):
    folder = two_workspaces["sichuan"].folder
    told = json.loads(run_alone('"$1" accident --workspace "$2" --place "$3" --json', ADJOIN, folder, PLACE))
    assert told["arrivals"]
    assert told["warnings"]


def test_the_desk_its_paper_and_its_alert_answer(two_workspaces):
    script = '"$1" serve "$2" --port 8001 >/dev/null & served=$!; "$3" -c "$4" http://127.0.0.1:8001 "$5"; kill $served'
    told = run_alone(script, ADJOIN, two_workspaces["chongqing"].folder, sys.executable, ASK, quote(PLACE))
    page, paper, alert = json.loads(told)
    assert "江津大桥" in page
    assert paper > 10_000
    assert alert.count("<info>") == 2
