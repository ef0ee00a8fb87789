"""Letters about deposits."""

from datetime import datetime

from vesicle.core.actor import Actor
from vesicle.people import messages
from vesicle.scheduling.letters import Words
from vesicle.scheduling.models import Deposit
from vesicle.scheduling.prices import Money

_SUBJECT = {"en": "Your deposit is on its way back", "es": "Le devolvemos su depósito"}
_BODY = {
    "en": """Hello {name},

your payment of {money} arrived, but the time you had chosen ({when}) could not be booked any more. We are sorry. We
give the whole amount back to your card at once; banks take five to ten days to show it. Nothing else is owed.

You can choose another time whenever it suits you, or call us: {phone}.

{clinic}
""",
    "es": """Hola, {name}:

Hemos recibido su pago de {money}, pero la hora que había elegido ({when}) ya no se pudo reservar. Lo sentimos. Le
devolvemos todo el importe a su tarjeta ahora mismo; los bancos tardan de cinco a diez días en mostrarlo. No debe nada
más.

Puede elegir otra hora cuando quiera, o llamarnos: {phone}.

{clinic}
""",
}


def send_returned(*, by: Actor, deposit: Deposit, now: datetime) -> None:
    """Tell somebody whose time was gone when their payment arrived that the money goes back."""
    patient, words = deposit.patient, Words(deposit.appointment)
    language = "es" if patient.language.startswith("es") else "en"
    messages.queue(
        by=by,
        patient=patient,
        kind="deposit-returned",
        key=f"deposit-returned:{deposit.pk}",
        subject=_SUBJECT[language],
        body=_BODY[language].format(
            name=patient.called,
            money=Money(deposit.returned, deposit.currency),
            when=words.when,
            phone=deposit.appointment.location.phone,
            clinic=deposit.appointment.clinic.name,
        ),
        due_at=now,
        time_zone=patient.time_zone,
        urgent=True,
    )
