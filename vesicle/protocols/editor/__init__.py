"""The editor of a protocol's text: forms made from the schema itself, so that a new field needs no code here.

``shape`` says which kind of field each part of the schema is, ``controls`` lays the text into fields, ``reading``
makes text of what was sent, ``conditions`` does both for the conditions of rules, ``places`` knows the sections and
the ways a treatment is given, ``page`` is one page of it, ``sentences`` says a rule in words.
"""
