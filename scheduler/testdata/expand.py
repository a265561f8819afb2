"""Random rules, as the program writes them, with what python3-dateutil makes of them.

Usage: expand.py SEED COUNT. One JSON object a line: the rule's text, a zone, and its
first moments after 2025-12-31: local time, and UTC where the zone's clock shows that
time (null in the hour that a clock leaves out).
"""

import calendar
import datetime as dt
import itertools
import json
import random
import sys
from zoneinfo import ZoneInfo

from dateutil import rrule, tz

START = dt.datetime(2026, 1, 1)
END = dt.datetime(2038, 1, 1)
MOST = 40
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WHICH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last", -2: "second-to-last"}
ZONES = ["America/Los_Angeles", "America/New_York", "America/St_Johns", "Europe/Madrid",
         "Asia/Kolkata", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "UTC"]


def joined(words):
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def ordinal(n):
    if n // 10 != 1 and n % 10 in (1, 2, 3):
        return f"{n}{['st', 'nd', 'rd'][n % 10 - 1]}"
    return f"{n}th"


def date(d):
    return f"{calendar.month_name[d.month]} {d.day}, {d.year}"


def clock(minute):
    return f"{(minute // 60 + 11) % 12 + 1}:{minute % 60:02d} {'AM' if minute < 720 else 'PM'}"


def kind(r):
    """Words for days, and the arguments of an rrule for them."""
    week = sorted(r.sample(range(7), r.randint(1, 4)))
    month = r.randint(1, 12)
    dates = sorted(r.sample(range(1, 29), r.randint(1, 3)))
    n, day = r.choice(list(WHICH)), r.randrange(7)
    nth = f"the {WHICH[n]} {DAYS[day]}"
    every = r.randint(2, 9)
    the = "the " + joined([ordinal(d) for d in dates])
    weekday = [rrule.weekday(d) for d in week]
    on_nth = dict(byweekday=rrule.weekday(day, n))
    daily = dict(freq=rrule.DAILY)
    return r.choice([
        lambda: (joined([DAYS[d] + "s" for d in week]), dict(freq=rrule.WEEKLY, byweekday=weekday), False),
        lambda: ("every day", daily, False),
        lambda: ("every weekday", dict(freq=rrule.WEEKLY, byweekday=range(5)), False),
        lambda: (f"every day except {DAYS[day]}", dict(freq=rrule.WEEKLY, byweekday=[d for d in range(7) if d != day]), False),
        lambda: (f"every {every} days", dict(freq=rrule.DAILY, interval=every), True),
        lambda: (f"every {every} weeks on {joined([DAYS[d] for d in week])}", dict(freq=rrule.WEEKLY, interval=every, byweekday=weekday), True),
        lambda: (f"{nth} of each month", dict(freq=rrule.MONTHLY, **on_nth), False),
        lambda: (f"{the} of each month", dict(freq=rrule.MONTHLY, bymonthday=dates), False),
        lambda: ("the 31st of each month that has one", dict(freq=rrule.MONTHLY, bymonthday=31), False),
        lambda: ("the last day of each month", dict(freq=rrule.MONTHLY, bymonthday=-1), False),
        lambda: (f"every {every} months on {the}", dict(freq=rrule.MONTHLY, interval=every, bymonthday=dates), True),
        lambda: (f"every {every} months on {nth}", dict(freq=rrule.MONTHLY, interval=every, **on_nth), True),
        lambda: (f"every {every} months on the last day", dict(freq=rrule.MONTHLY, interval=every, bymonthday=-1), True),
        lambda: (f"every year on {calendar.month_name[month]} {dates[0]}", dict(freq=rrule.YEARLY, bymonth=month, bymonthday=dates[0]), False),
        lambda: (f"every year on {nth} of {calendar.month_name[month]}", dict(freq=rrule.MONTHLY, bymonth=month, **on_nth), False),
        lambda: ("every year on February 29", dict(freq=rrule.YEARLY, bymonth=2, bymonthday=29), False),
    ])()


def line(r):
    """One line of a rule: its text and its moments."""
    times = sorted(r.sample(range(0, 1440, 15), r.randint(1, 2)))
    at = " at " + joined([clock(m) for m in times])
    begin = START + dt.timedelta(days=r.randint(0, 900))
    if r.randrange(12) == 0:
        text = f"on {DAYS[begin.weekday()]}, {date(begin)}{at}"
        days, until = [begin], begin
    else:
        text, args, counts = kind(r)
        text += at
        until = begin + dt.timedelta(days=r.randint(100, 2500)) if r.randrange(3) == 0 else END
        if counts or r.randrange(3) == 0:
            if counts:  # it counts from one of its days
                plain = dict(args, interval=1)
                begin = rrule.rrule(dtstart=begin, wkst=rrule.MO, **plain)[0]
            text += ", starting " + date(begin)
        else:
            begin = START
        if until != END:
            text += ", until " + date(until)
        days = rrule.rrule(dtstart=begin, until=until, wkst=rrule.MO, **args)
    days = itertools.islice(days, MOST + 1)
    return text, [d + dt.timedelta(minutes=m) for d in days for m in times], until != END


def rule(r):
    lines = [line(r) for _ in range(r.choice([1, 1, 1, 2, 3]))]
    moments = sorted({m for _, all, _ in lines for m in all})
    zone = r.choice(ZONES)
    out = []
    for m in moments[:MOST]:
        here = m.replace(tzinfo=ZoneInfo(zone))
        utc = here.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        out.append({"local": m.strftime("%Y-%m-%dT%H:%M"), "utc": utc if tz.datetime_exists(here) else None})
    return {"rule": "; ".join(text for text, _, _ in lines), "zone": zone, "moments": out,
            "ends": len(moments) <= MOST and all(ends for _, _, ends in lines)}


if __name__ == "__main__":
    r = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        print(json.dumps(rule(r)))
