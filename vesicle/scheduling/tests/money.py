"""What tests about money begin with: a policy, visits that treat nothing, and a payment service on this machine."""

import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from django.test import override_settings

from vesicle.core import clock
from vesicle.scheduling import queries, services

WORDS = "Please tell us a day before. Later, half the price is due."
WORDS_ES = "Avísenos un día antes. Después se debe la mitad del precio."
SECRET = "whsec_only_for_tests"


def write_policy(house, **more):
    """Let Owen write a policy: 24 hours, half the price when late, all of it for a missed visit."""
    terms = {
        "late_hours": 24,
        "late_kind": "share",
        "late_value": 50,
        "no_show_kind": "share",
        "no_show_value": 100,
        "grace_minutes": 30,
    }
    terms |= {"words_en": WORDS, "words_es": WORDS_ES}
    return services.write_policy(by=house.actor("owen"), now=clock.now(), **terms | more)


def open_service(house, slug="consultation", *, kind="consultation", price=120, **more):
    """Let Owen offer a visit that treats nothing."""
    return services.add_service(
        by=house.actor("owen"),
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        kind=kind,
        minutes=30,
        needs=["room", "provider"],
        price=price,
        **more,
    )


def free(house, slug="consultation", *, days=3, by="rosa", number=0):
    """Return a free start of an open service, some days from now."""
    day = clock.day_in("America/Los_Angeles", clock.now()) + timedelta(days=days)
    ask = {"option_id": slug, "areas": [], "location_id": house.cast.portland.pk, "now": clock.now()}
    return queries.slots(house.actor(by), from_=day, to=day, **ask)[number].start


def book(house, slug="consultation", *, days=3, by="rosa", patient="pia", number=0, **more):
    """Book an open service for a patient, some days from now."""
    return services.book_at(
        by=house.actor(by),
        option_id=slug,
        areas=[],
        location_id=house.cast.portland.pk,
        start=free(house, slug, days=days, number=number),
        patient=getattr(house.cast, patient),
        now=clock.now(),
        **more,
    )


class PaymentService:
    """The endpoints of Stripe that we use, in memory: sessions and refunds, each made once per idempotency key."""

    def __init__(self):
        self.sessions = {}
        self.refunds = []
        self.refund_objects = []
        self.refund_status = "succeeded"
        self.answers = {}
        self.requests = []
        self.is_down = False
        self.home = ""

    def pay(self, session_id):
        """Pay as a person would on the page; return the session."""
        number = session_id.removeprefix("cs_test_")
        self.sessions[session_id] |= {"payment_status": "paid", "status": "complete", "payment_intent": f"pi_{number}"}
        return self.sessions[session_id]

    def answer(self, method, path, form, key):
        """Return status and body for a request, the same for the same key; another question with it is an error."""
        if key and key in self.answers:
            asked, answer = self.answers[key]
            return (200, answer) if asked == form else (400, {"error": {"type": "idempotency_error", "message": key}})
        if method == "POST" and path == "/v1/checkout/sessions":
            answer = self._session(form)
        elif method == "GET" and path.startswith("/v1/checkout/sessions/"):
            return 200, self.sessions[path.rpartition("/")[2]]
        elif method == "POST" and path == "/v1/refunds":
            answer = {
                "id": f"re_{len(self.refunds) + 1}",
                "object": "refund",
                "status": self.refund_status,
                "amount": int(form["amount"]),
                "payment_intent": form["payment_intent"],
                "metadata": {"deposit": form["metadata[deposit]"]} if "metadata[deposit]" in form else {},
            }
            self.refund_objects.append(answer)
            self.refunds.append((form["payment_intent"], int(form["amount"])))
        else:
            return 404, {"error": {"type": "invalid_request_error", "message": path}}
        if key:
            self.answers[key] = (form, answer)
        return 200, answer

    def _session(self, form):
        number = len(self.sessions) + 1
        session = {
            "id": f"cs_test_{number}",
            "object": "checkout.session",
            "url": f"{self.home}/pay/cs_test_{number}",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "client_reference_id": form["client_reference_id"],
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
            "currency": form["line_items[0][price_data][currency]"],
            "expires_at": int(form["expires_at"]),
            "success_url": form["success_url"],
            "cancel_url": form["cancel_url"],
        }
        self.sessions[session["id"]] = session
        return session


@contextmanager
def payments():
    """Run a payment service on this machine, and set our keys so that the real library speaks to it."""
    service = PaymentService()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self):
            length = int(self.headers.get("Content-Length") or 0)
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            path = urlsplit(self.path).path
            service.requests.append((self.command, path))
            if path == "/favicon.ico":
                self.send_response(204)
                self.end_headers()
                return
            if path.startswith("/pay/"):
                self._page(path.removeprefix("/pay/"))
                return
            if service.is_down:
                status, answer = 400, {"error": {"type": "api_error", "message": "Down."}}
            else:
                status, answer = service.answer(self.command, path, form, self.headers.get("Idempotency-Key"))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _page(self, session_id):
            """Serve the page a person pays on: a button, and the way back."""
            if self.command == "POST":
                self.send_response(303)
                self.send_header("Location", service.pay(session_id)["success_url"])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            page = b"<!doctype html><title>Pay</title><form method=post><button>Pay by card</button></form>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        do_GET = do_POST = _handle  # noqa: N815 — the names http.server looks for

        def log_message(self, *ignored):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.home = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        with override_settings(
            STRIPE_SECRET_KEY="sk_test_only",
            STRIPE_WEBHOOK_SECRET=SECRET,
            STRIPE_API_BASE=service.home,
        ):
            yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def notice(session, kind="checkout.session.completed"):
    """Return body and signature header of a webhook about a session, signed as Stripe signs."""
    import time

    import stripe

    event = {"id": "evt_1", "object": "event", "type": kind, "api_version": None, "data": {"object": session}}
    body = json.dumps(event)
    at = int(time.time())
    signature = stripe.WebhookSignature._compute_signature(f"{at}.{body}", SECRET)
    return body, f"t={at},v1={signature}"
