"""Ways to take a deposit: an interface, the desk where staff mark what was paid, and Stripe where its keys are set."""

from vesicle.scheduling.deposits.backends import Backend, Checkout, Payment, Refund, backend, online, pays_online

__all__ = ["Backend", "Checkout", "Payment", "Refund", "backend", "online", "pays_online"]
