"""`adjoin prove`: whether an agreement or a procedure may be used, before it is put into a bundle."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from adjoin.cli.options import Lang, LangOption


def prove(
    file: Annotated[Path, typer.Argument(help="a YAML file: an agreement or a procedure")],
    lang: LangOption = Lang.zh,
) -> None:
    """Check a file as it would be checked when it is used; exit 0 where it may be used, 1 where it may not."""
    from adjoin.core.refusal import Refusal
    from adjoin.formats import lines

    if not file.exists():
        raise Refusal("no_such_file", file=str(file))
    given = lines.mapping(file)
    fine = _procedure(file, lang) if "moves" in given else _agreement(file, lang)
    if not fine:
        raise typer.Exit(1)


def _agreement(file: Path, lang: str) -> bool:
    """Load it, make it ready to run, and put its worked examples to it."""
    from adjoin.doors.given import Given
    from adjoin.doors.joint_settle import inputs_of
    from adjoin.formats.agreements import read_agreement
    from adjoin.formats.messages import messages
    from adjoin.joint.settle import ready, yuan

    running = ready(read_agreement(file))
    wrong = 0
    for example in running.agreement.examples:
        found = running.settle(inputs_of(running, Given(_mapping(example.get("given")))))
        net = None if found.net_fen is None else {who: yuan(fen) for who, fen in found.net_fen.items()}
        met: dict[str, object] = {"net_yuan": net, "undefined": found.undefined}
        expected = {key: value for key, value in _mapping(example.get("expect")).items() if key in met}
        same = all(met[key] == value for key, value in expected.items())
        wrong += not same
        net_text = " ".join(f"{who} {text}" for who, text in (net or {}).items()) or "undefined"
        print(f"{'ok ' if same else 'NO '} {example['say']}: {net_text}")
    facts = {"name": running.agreement.name, "count": len(running.agreement.examples), "wrong": wrong}
    print(messages().say("prove.agreement", lang, **facts))
    return not wrong


def _procedure(file: Path, lang: str) -> bool:
    """Walk every joint state that two parties can reach; a case may go on in a procedure that Adjoin ships."""
    from adjoin.formats.messages import messages
    from adjoin.formats.procedures import procedures, read_procedures
    from adjoin.joint.prove import prove as walk

    shipped = {name: each for name, each in procedures().items() if name != file.stem}
    (made,) = read_procedures([file], shipped).values()
    proof = walk(made)
    key = "prove.procedure" if proof.proved else "prove.not"
    print(messages().say(key, lang, name=made.name, states=proof.reachable, found=proof.found))
    return proof.proved


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
