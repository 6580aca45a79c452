"""Middleware: an upload is looked up before the application that takes it sees a byte of it.

For what: a platform's own ASGI or WSGI application, in front of whatever stores uploads. Owns: nothing; a
file is fingerprinted in memory and let go. Speaks to: an index folder on the same machine, or a match service
(to which fingerprints go, never files). Never: decides about a match beyond refusing or marking it; lets a
failure pass in silence. Whether uploads that could not be checked go on is the owner's choice.
"""

from tutela.middleware.asgi import AsgiUploadCheck
from tutela.middleware.checking import Checked, CheckedState, OnFailure, OnMatch, Policy
from tutela.middleware.knowing import CannotAsk, Knowing, LocalIndex, Match, MatchService
from tutela.middleware.wsgi import WsgiUploadCheck

__all__ = [
    "AsgiUploadCheck",
    "CannotAsk",
    "Checked",
    "CheckedState",
    "Knowing",
    "LocalIndex",
    "Match",
    "MatchService",
    "OnFailure",
    "OnMatch",
    "Policy",
    "WsgiUploadCheck",
]
