"""The clinic's own sentences: where they stand, whether they may be published, and what each rests on.

Plain Python: `own_words` finds them, `judging` asks the claims engine and the protocol's claims, `withdrawing` takes
out what does not stand any more.
"""
