"""Cases: report → item → assessment → decision; the heart of the desk.

For what: what was handed in becomes a report and its items; people claim, assess and decide them; what
became of them is kept so that nobody looks twice at the same thing. Owns: reports, items, sightings,
assessments, decisions, questions, exposure. Speaks to: receipts (tells reporters), accounts (who may),
ledger (one line per change; notices follows it). Never: imagery in any field; a reporter's words or
e-mail unlocked in the database; an item put before a person again that the desk already knows.
"""
