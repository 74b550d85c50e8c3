"""Runs lines of the AWS CLI in one process: its own parser, models and output, without a start for each line.

Reads {"line", "query"?, "endpoint"} as JSON, a line each, and answers {"code", "stdout", "stderr"}.
"""

import contextlib
import io
import json
import shlex
import sys

from awscli.clidriver import create_clidriver

driver = create_clidriver()
answers = sys.stdout


def run(argv):
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            code = driver.main(argv)
        except SystemExit as ended:
            code = ended.code
    return {"code": code, "stdout": stdout.getvalue(), "stderr": stderr.getvalue()}


for request in map(json.loads, sys.stdin):
    words = shlex.split(request["line"])[1:]
    query = ["--query", request["query"]] if "query" in request else []
    answer = run([*words, *query, "--output", "json", "--endpoint-url", request["endpoint"]])
    print(json.dumps(answer), file=answers, flush=True)
