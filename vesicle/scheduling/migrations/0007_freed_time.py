"""Time that is given back while somebody waits is written down in the same transaction, whoever gives it back."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

_FUNCTION = """
CREATE FUNCTION vesicle_time_freed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scheduling_freedtime (clinic_id, location_id, low, high)
    SELECT appointment.clinic_id, appointment.location_id, min(given.low), max(given.high)
    FROM before_change AS given
    JOIN after_change AS now_it_is ON now_it_is.id = given.id
    JOIN scheduling_appointment AS appointment ON appointment.id = given.appointment_id
    -- A hold that comes to nothing was free a few minutes before: nobody was turned away because of it.
    WHERE given.is_active AND NOT now_it_is.is_active AND appointment.state <> 'released'
      AND EXISTS (SELECT 1 FROM scheduling_waitlistentry AS entry
                  WHERE entry.clinic_id = given.clinic_id AND entry.state = 'open')
    GROUP BY appointment.id;
    RETURN NULL;
END $$;
CREATE TRIGGER vesicle_time_freed AFTER UPDATE ON scheduling_claim
REFERENCING OLD TABLE AS before_change NEW TABLE AS after_change
FOR EACH STATEMENT EXECUTE FUNCTION vesicle_time_freed();

CREATE FUNCTION vesicle_reopened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scheduling_freedtime (clinic_id, location_id, low, high)
    SELECT OLD.clinic_id, place.id,
           floor(extract(epoch FROM lower(OLD.period)) / 300), ceil(extract(epoch FROM upper(OLD.period)) / 300)
    FROM clinic_location AS place
    WHERE place.clinic_id = OLD.clinic_id
      AND (place.id = OLD.location_id
           OR place.id = (SELECT location_id FROM clinic_resource WHERE id = OLD.resource_id)
           OR place.id IN (SELECT location_id FROM clinic_hours WHERE resource_id = OLD.resource_id))
      AND EXISTS (SELECT 1 FROM scheduling_waitlistentry AS entry
                  WHERE entry.clinic_id = OLD.clinic_id AND entry.state = 'open');
    RETURN NULL;
END $$;
CREATE TRIGGER vesicle_reopened AFTER DELETE ON clinic_closure
FOR EACH ROW EXECUTE FUNCTION vesicle_reopened();
"""
_BACK = """
DROP TRIGGER vesicle_reopened ON clinic_closure;
DROP FUNCTION vesicle_reopened();
DROP TRIGGER vesicle_time_freed ON scheduling_claim;
DROP FUNCTION vesicle_time_freed();
"""


class Migration(migrations.Migration):
    """Triggers on claims and closures."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("scheduling", "0006_waiting"), ("clinic", "0004_calendars")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL(_FUNCTION, _BACK),
    ]
