"""The look that all doors share: page frame, components, style, the quick way out.

For what: one visual language, so that a page at any door is calm, readable and usable by keyboard, with a
screen reader, right to left, at 320 pixels, on paper and without script. Owns: ``templates/look``,
``static/look``, the tags in ``templatetags/look_tags``. Speaks to: core only. Never: tables, views, URLs.
"""
