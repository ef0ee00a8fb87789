"""Words of the messages this room sends."""


def sign_in(*, called: str, clinic: str, code: str, url: str, minutes: int) -> tuple[str, str]:
    """Return subject and text of the message with a sign-in link and code."""
    text = f"""Hello {called},

here is your way in to {clinic}. Open this link:

{url}

or enter this code on the page where you asked for it:

{code[:3]} {code[3:]}

Both work once, for {minutes} minutes. If you did not ask for this, do nothing: nobody gets in without this message.

{clinic}
"""
    return f"Your sign-in code for {clinic}", text
