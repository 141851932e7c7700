"""The shape of the package: short functions, few long ones."""

import ast
import statistics
from pathlib import Path

import adjoin


def lengths() -> list[int]:
    found = []
    for path in Path(adjoin.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                has_doc = ast.get_docstring(node, clean=False) is not None and len(node.body) > 1
                first = node.body[1] if has_doc else node.body[0]
                found.append(node.end_lineno - first.lineno + 1)
    return found


def test_functions_are_short():
    found = lengths()
    assert statistics.median(found) <= 8
    assert sum(length > 50 for length in found) <= 0.02 * len(found)
