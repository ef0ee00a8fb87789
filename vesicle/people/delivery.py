"""Handing one message to the mail server or the text message provider, and reading its answer.

Three outcomes: it was taken; it was certainly refused (``Refused``), so one may try again; or nobody can
tell (``Unclear``), so one must not.
"""

import logging
import re
import smtplib
import socket
from email.mime.text import MIMEText

from django.core.mail import BadHeaderError, EmailMessage

from vesicle.people import sms
from vesicle.people.models import Message
from vesicle.people.reply_address import reply_to

_log = logging.getLogger(__name__)
_METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.MULTILINE)
_PERMANENT = 500


class Refused(Exception):
    """The message certainly did not leave. ``for_good`` when trying again is useless."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class Unclear(Exception):
    """The message may or may not have left."""


def deliver(message: Message) -> None:
    """Send ``message`` by its channel.

    Raises:
        Refused: it certainly did not leave.
        Unclear: the connection broke in a way that leaves it open.
    """
    try:
        if message.channel == Message.Channel.SMS:
            sms.backend().send(message.recipient, message.body)
        else:
            as_email(message).send()
    except sms.Refused as error:
        raise Refused(str(error), for_good=error.for_good) from error
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise Refused("The mail server refused the address.", for_good=min(codes, default=0) >= _PERMANENT) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Refused("The mail server refused our user name or password. Check VESICLE_EMAIL_URL.") from error
    except smtplib.SMTPResponseException as error:
        words = f"The mail server answered {error.smtp_code}."
        raise Refused(words, for_good=error.smtp_code >= _PERMANENT) from error
    except (ConnectionRefusedError, socket.gaierror) as error:
        raise Refused("The mail server could not be reached. Check VESICLE_EMAIL_URL.") from error
    except BadHeaderError as error:
        raise Refused("The address or subject contains a line break.", for_good=True) from error
    except Exception as error:  # whatever a backend raises, one message must not stop the others
        _log.warning("Message %s: %s", message.pk, error)
        words = f"Sending broke off ({type(error).__name__}). It may or may not have arrived; it is not repeated."
        raise Unclear(words) from error


def as_email(message: Message) -> EmailMessage:
    """Return the e-mail for ``message``, its calendar entry attached so that calendars recognize it."""
    email = EmailMessage(subject=message.subject, body=message.body, to=[message.recipient], reply_to=reply_to(message))
    if message.attachment and message.attachment_name.endswith(".ics"):
        part = MIMEText(message.attachment, "calendar", "utf-8")
        method = _METHOD.search(message.attachment)
        part.set_param("method", method[1] if method else "PUBLISH")
        part.add_header("Content-Disposition", "attachment", filename=message.attachment_name)
        email.attach(part)
    elif message.attachment:
        email.attach(message.attachment_name, message.attachment, "text/plain")
    return email
