"""Options that every command shares."""

from enum import StrEnum
from typing import Annotated

import typer


class Lang(StrEnum):
    """The language of what is said."""

    zh = "zh"
    en = "en"


LangOption = Annotated[Lang, typer.Option("--lang", help="zh or en")]
JsonOption = Annotated[bool, typer.Option("--json", help="one line of JSON")]
