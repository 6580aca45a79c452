"""The providers' door: an abuse desk opens the link of a letter, sees what it is about, and answers.

For what: understood within a minute, answered with one click, without an account. Speaks to: notices, by one
query and one action. Never: cases, reporters, receipts, people of the desk; a change by a GET, because mail
scanners open every link; a live address; script; cookies. On a provider's own node its people sign in instead
(``own``) and answer what partners ask, by the room of requests.
"""
