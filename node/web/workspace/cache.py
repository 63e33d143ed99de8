"""Whole answers kept in memory, for as long as nothing that pages show has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from threading import Lock

from flask import Response, make_response, request

from node.comparing.reading import JOBSEEKERS, TRAINING, VACANCIES
from node.ports import ObservationStore
from node.web.language.current import language, speaking
from node.web.restricted import is_restricted
from node.web.services import WebServices

MOST_BYTES = 24 << 20
"""Of all answers together: some 200 pages."""
LARGEST = 4 << 20
"""Bytes of one answer; larger ones are made anew, so that one reader's table does not push out everybody's pages."""
FRESH_SECONDS = 60
"""How long an answer lives at most: what pages say of feeds also depends on the time."""

_Key = tuple[str, str, str, str, int]
_Kept = tuple[bytes, tuple[tuple[str, str], ...]]


class AnswerCache:
    """The last answers by site, address, language and state of the store and feeds. Safe to use from several threads.

    Files print the site by which they were asked, where the node has no address of its own: under a name that one
    reader made up nobody else may get one.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def answer(self, services: WebServices, make: Callable[[ObservationStore], Response]) -> Response:
        """The kept answer to the request at hand, or a new one, made of the store as it stands. Only answers that
        anyone may see are kept."""
        if any(is_restricted(services, dataflow) for dataflow in (VACANCIES, JOBSEEKERS)) or self._training(services):
            with services.store.at_once() as store:
                return make(store)
        found = self._get(_key(services, services.store))
        if found is None:
            with services.store.at_once() as store:
                return self._made(_key(services, store), partial(make, store))
        body, headers = found
        response = make_response(body)
        for name, value in headers:
            response.headers[name] = value
        return response

    def _made(self, key: _Key, make: Callable[[], Response]) -> Response:
        with speaking(language()):  # asked for with every figure, and found in the request but once
            response = make()
        if response.status_code == 200:
            response.add_etag()
            headers = tuple((name, value) for name, value in response.headers if name != "Content-Length")
            self._put(key, (response.get_data(), headers))
        return response

    @staticmethod
    def _training(services: WebServices) -> bool:
        """Whether the view at hand shows training, and that is for partners only."""
        return request.path.startswith("/training") and is_restricted(services, TRAINING)

    def _get(self, key: _Key) -> _Kept | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _put(self, key: _Key, kept: _Kept) -> None:
        if len(kept[0]) > LARGEST:
            return
        with self._lock:
            if key not in self._kept:
                self._kept[key] = kept
                self._bytes += len(kept[0])
            while self._bytes > MOST_BYTES:
                _, (body, _) = self._kept.popitem(last=False)
                self._bytes -= len(body)


def _key(services: WebServices, store: ObservationStore) -> _Key:
    """What the answer to the request at hand rests on."""
    minute = int(services.clock().timestamp()) // FRESH_SECONDS
    state = f"{store.state()} {_standings(services)}"
    return request.url_root, request.full_path, language().value, state, minute


def _standings(services: WebServices) -> str:
    """How feeds stand, which is noted beside the store: a pull's record there may come before."""
    return "; ".join(f"{one.peer.id} {one.state.value} {one.pulled_at}" for one in services.peers())
