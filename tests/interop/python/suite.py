"""Runs test modules named on the command line; the last line of output is JSON: {"passed": n, "failed": n}."""

from __future__ import annotations

import json
import sys
import unittest


def main() -> None:
    suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    broken = {str(test) for test, _ in (*result.failures, *result.errors)}
    print(json.dumps({"passed": max(result.testsRun - len(broken), 0), "failed": len(broken)}))


if __name__ == "__main__":
    main()
