"""Who is here: staff and their roles and licences, patients, sign-in, private links, messages, holds.

Steps speak backwards through this room: ``aftercare`` places a hold here, ``scheduling`` reads it.
"""
