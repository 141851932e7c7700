"""Builds the frontend while the project is built or installed, also when it is installed for editing."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

from build import build


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling finds the one class of this file
    """Pages, map and fonts go into the wheel ready to serve."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        """Called by hatchling before it collects the files."""
        build()
