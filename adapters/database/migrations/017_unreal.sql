-- What a clock that was ahead has put on record of a reminder is found by when it was settled.
create index deliveries_settled on deliveries (reminder_id, settled_at, at) where kind = 'reminder' and state in ('skipped', 'failed');
