"""Whole answers kept in memory, for as long as nothing that pages show has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import Response, make_response, request

from node.comparing.reading import JOBSEEKERS, TRAINING, VACANCIES
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
    """The last answers by site, address, language and state of the store. Safe to use from several threads.

    Files print the site by which they were asked: under a name that is not its own nobody else may get one.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def answer(self, services: WebServices, make: Callable[[], Response]) -> Response:
        """The kept answer to the request at hand, or a new one. Only answers that anyone may see are kept."""
        if any(is_restricted(services, dataflow) for dataflow in (VACANCIES, JOBSEEKERS)) or self._training(services):
            return make()
        minute = int(services.clock().timestamp()) // FRESH_SECONDS
        key = (request.url_root, request.full_path, language().value, services.store.state(), minute)
        found = self._get(key)
        if found is None:
            with speaking(language()):  # asked for with every figure, and found in the request but once
                response = make()
            if response.status_code == 200:
                response.add_etag()
                headers = tuple((name, value) for name, value in response.headers if name != "Content-Length")
                self._put(key, (response.get_data(), headers))
            return response
        body, headers = found
        response = make_response(body)
        for name, value in headers:
            response.headers[name] = value
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
