"""The demo's time: everything is told from the day on which it is loaded."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
OPENS, CLOSES = time(9, 30), time(19, 0)


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of loading, in Paris. Days are counted back from it, so that the story is the same every day."""

    now: datetime

    @property
    def today(self) -> date:
        """The day of loading."""
        return self.now.date()

    def ago(self, length: timedelta) -> datetime:
        """That long before now, whatever the hour."""
        return self.now - length

    def day(self, days_ago: float, hour: int = 12, minute: int = 0) -> datetime:
        """A time of a day before today; never later than now."""
        moment = datetime.combine(self.today - timedelta(days=int(days_ago)), time(hour, minute), PARIS)
        return min(moment, self.now - timedelta(minutes=2))

    def past(self, moment: datetime) -> datetime:
        """The moment, or just before now when it is still to come."""
        return min(moment, self.now - timedelta(seconds=20))


def at_work(moment: datetime, spread: int) -> datetime:
    """The moment when an agent can answer: as it is in opening hours, else the next morning, `spread` minutes in."""
    local = moment.astimezone(PARIS)
    if local.weekday() < 6 and OPENS <= local.time() < CLOSES:
        return moment
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    if day.weekday() == 6:
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, PARIS) + timedelta(minutes=spread)
