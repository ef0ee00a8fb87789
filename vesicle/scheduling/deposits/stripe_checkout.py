"""Deposits through Stripe Checkout, with Stripe's own library: a page of theirs, and webhooks they sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import stripe
from django.utils.translation import gettext as _

from vesicle.core.errors import Conflict, Invalid
from vesicle.scheduling.deposits.backends import STRIPE, Checkout, Payment, Refund, Wanted

T = TypeVar("T")


class StripeCheckout:
    """Asks, looks and gives back through one Stripe account."""

    name = STRIPE

    def __init__(self, secret_key: str, webhook_secret: str, api_base: str = "") -> None:
        stripe.enable_telemetry = False
        self._client = stripe.StripeClient(
            secret_key, base_addresses={"api": api_base} if api_base else None, max_network_retries=2
        )
        self._webhook_secret = webhook_secret

    def ask(self, wanted: Wanted) -> Checkout:
        """Open a Checkout page for one deposit."""
        session = _reached(
            lambda: self._client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "client_reference_id": wanted.reference,
                    "metadata": {"deposit": wanted.reference},
                    "payment_intent_data": {"metadata": {"deposit": wanted.reference}},
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": wanted.currency.lower(),
                                "unit_amount": wanted.amount,
                                "product_data": {"name": wanted.what},
                            },
                        }
                    ],
                    **({"customer_email": wanted.email} if wanted.email else {}),
                    "success_url": wanted.back_to,
                    "cancel_url": wanted.give_up_to,
                    "expires_at": int(wanted.until.timestamp()),
                },
                {"idempotency_key": wanted.key},
            )
        )
        if not session.url:
            raise Conflict(_("The payment page could not be opened. Try again, or call the clinic."))
        return Checkout(session.id, session.url)

    def state(self, session: str) -> Payment:
        """Ask Stripe what became of a checkout."""
        return _payment(_reached(lambda: self._client.v1.checkout.sessions.retrieve(session)))

    def refund(self, *, payment: str, amount: int, key: str, reference: str) -> Refund:
        """Refund part or all of a payment."""
        made = _reached(
            lambda: self._client.v1.refunds.create(
                {"payment_intent": payment, "amount": amount, "metadata": {"deposit": reference}},
                {"idempotency_key": key},
            )
        )
        return _refund(made)

    def read_notice(self, body: bytes, signature: str) -> Payment | Refund | None:
        """Return what a webhook says about a checkout or a refund; ``None`` for other news.

        Raises ``Invalid`` for a body that Stripe did not sign with our secret, or signed too long ago.
        """
        try:
            event = self._client.construct_event(body, signature, self._webhook_secret)
        except (ValueError, stripe.SignatureVerificationError):
            raise Invalid("This notice is not signed by Stripe with our secret.", code="bad-signature") from None
        about = event.data.object
        if event.type.startswith("refund.") and isinstance(about, stripe.Refund):
            return _refund(about)
        if not event.type.startswith("checkout.session.") or not isinstance(about, stripe.checkout.Session):
            return None
        return _payment(about)


def _payment(session: stripe.checkout.Session) -> Payment:
    intent = session.payment_intent
    return Payment(
        session=session.id,
        reference=session.client_reference_id or "",
        is_paid=session.payment_status == "paid",
        is_over=session.status == "expired",
        payment=(intent if isinstance(intent, str) else intent.id) if intent else "",
        amount=session.amount_total or 0,
        currency=(session.currency or "").upper(),
    )


def _refund(refund: stripe.Refund) -> Refund:
    intent = refund.payment_intent
    reason = getattr(refund, "failure_reason", None) or refund.status or ""
    return Refund(
        number=refund.id,
        payment=(intent if isinstance(intent, str) else intent.id) if intent else "",
        amount=refund.amount,
        reference=(refund.metadata.to_dict() if refund.metadata else {}).get("deposit", ""),
        why_failed=reason.replace("_", " ") if refund.status in ("failed", "canceled") else "",
    )


def _reached(call: Callable[[], T]) -> T:
    """Return what Stripe answers. Raises ``Conflict``, in words for people, when it cannot be reached or refuses."""
    try:
        return call()
    except stripe.APIConnectionError:
        raise Conflict(_("The payment service cannot be reached just now. Nothing was paid; try again.")) from None
    except stripe.StripeError as error:
        message = error.user_message or "It gave no reason."
        raise Conflict(f"The payment service refused: {message}", code="payment-refused") from error
