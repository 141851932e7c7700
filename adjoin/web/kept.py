"""Answers kept: a page that nobody signed in asks for is made once for every state of the books, and for all.

Plain ASGI in front of the application, on the event loop: a reader of a kept page costs no thread, so fifty of
them do not wait for each other. Many who ask for a page that is not kept wait for one to make it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adjoin.core.refusal import Refusal

LOOK_EVERY_S = 0.2  # how often the books are asked whether they changed
MOST = 400
_PASSED = (
    "/static/",
    "/exchange/",
    "/api/",
    "/healthz",
    "/login",
    "/desk",
    "/jobs",
    "/telemetry",
    "/answers/",
)  # the desk counts down by the minute

Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class _Answer:
    messages: tuple[Message, ...]

    @property
    def good(self) -> bool:
        return bool(self.messages) and self.messages[0].get("status") == 200


class Kept:
    """Keeps good answers to plain questions until `state` says something else."""

    def __init__(self, app: ASGIApp, state: Callable[[], str]) -> None:
        self.app = app
        self._state = state
        self._of: str = ""
        self._looked = 0.0
        self._looking: asyncio.Task[None] | None = None
        self._answers: OrderedDict[Key, _Answer] = OrderedDict()
        self._making: dict[Key, asyncio.Future[_Answer]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or keep what is answered."""
        if not _plain(scope):
            await self.app(scope, receive, send)
            return
        await self._look()
        key = (scope["path"], scope["query_string"])
        answer = self._answers.get(key) or await self._made(key, scope, receive)
        for message in answer.messages:
            await send(message)

    async def _look(self) -> None:
        """Ask the books whether they changed, now and then; who comes meanwhile waits for the same answer."""
        if self._looking is None:
            if time.monotonic() - self._looked < LOOK_EVERY_S:
                return
            self._looking = asyncio.get_running_loop().create_task(self._compared())
        await asyncio.shield(self._looking)

    async def _compared(self) -> None:
        """Forget everything when a book has changed, or cannot be asked: then each page says so for itself."""
        try:
            state = await run_in_threadpool(self._state)  # a server that does not answer holds up no other address
        except Refusal:
            state = ""
        finally:
            self._looked, self._looking = time.monotonic(), None
        if state != self._of:
            self._of = state
            self._answers.clear()
            self._making.clear()

    async def _made(self, key: Key, scope: Scope, receive: Receive) -> _Answer:
        waiting = self._making.get(key)
        if waiting is not None:
            return await asyncio.shield(waiting)
        making = self._making[key] = asyncio.get_running_loop().create_future()
        state = self._of
        try:
            answer = await self._asked(scope, receive)
        except BaseException as error:
            making.set_exception(error)
            making.exception()  # looked at: nobody may be waiting
            raise
        finally:
            if self._making.get(key) is making:
                del self._making[key]
        making.set_result(answer)
        if answer.good and state and state == self._of:
            self._answers[key] = answer
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)
        return answer

    async def _asked(self, scope: Scope, receive: Receive) -> _Answer:
        messages: list[Message] = []

        async def take(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, take)
        return _Answer(tuple(messages))


def _plain(scope: Scope) -> bool:
    """A question whose answer is the same for everybody: a page, asked for without a cookie."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_PASSED):
        return False
    return not any(name == b"cookie" for name, _ in scope["headers"])
