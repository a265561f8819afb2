package scheduler

import (
	"cmp"
	"math/bits"
	"slices"
	"time"
)

// Recurrences are worked out here by arithmetic on civil days, without a zone. The next day of
// a rule costs the same however long ago the rule began. The library for RFC 5545
// (teambition/rrule-go) would count from the rule's first day each time.

// unit is what an interval counts.
type unit uint8

const (
	noUnit unit = iota
	dayUnit
	weekUnit
	monthUnit
)

// Bits of days.nth and days.dom that count from the end of the month.
const (
	lastOne     = 1 << 0 // the last weekday of that name, the last day of the month
	lastButOne  = 1 << 6 // the last but one weekday of that name
	everyDow    = 0b1111111
	workingDows = 0b0111110
	weekendDows = 0b1000001
)

// days says on which days a rule falls due. Exactly one of dow, nth and dom is set. It is
// comparable with ==.
type days struct {
	dow    uint8    // days of the week: bit 0 is Sunday
	nth    [7]uint8 // by weekday, which ones in the month: bits 1 to 5, lastOne, lastButOne
	dom    uint32   // days of the month: bits 1 to 31, lastOne
	months uint16   // bits 1 to 12; 0 is every month
	unit   unit     // what every counts, beginning with the week or month of from
	every  uint16   // 2 or more: every so many units; 0: all of them
	from   int32    // the first possible day, as dayNumber counts; 0 for none
	until  int32    // the last possible day; 0 for none
}

// part is one line of a rule: days, and times on each of them.
type part struct {
	days
	times  []int // minutes after midnight, sorted; if hourly, minutes after the hour
	hourly bool  // due each time the clock shows the minute, also in an hour that it shows twice
}

// dayNumber counts days since 0001-01-01, which was a Monday.
func dayNumber(year int, month time.Month, day int) int32 {
	return int32((time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() + yearOneToUnix) / 86400)
}

// dateOf is the date of a day number.
func dateOf(day int32) (int, time.Month, int) {
	return time.Unix(int64(day)*86400-yearOneToUnix, 0).UTC().Date()
}

// oneDay is a single date.
func oneDay(day int32) days { return days{dow: everyDow, from: day, until: day} }

// midnight is the moment at which a day begins.
func midnight(day int32) Civil { return Civil{minutes: int64(day) * dayMinutes} }

func (c Civil) day() int32 { return int32(c.minutes / dayMinutes) }

func weekdayOf(day int32) time.Weekday { return time.Weekday((day + 1) % 7) }

// once reports whether it is a single date.
func (d days) once() bool { return d.from != 0 && d.from == d.until }

// next returns the first day of the rule at or after day; false if there is none.
func (d days) next(day int32) (int32, bool) {
	day, ok := max(day, d.from), true
	every := int32(d.every)
	switch d.unit {
	case dayUnit:
		day += (every - (day-d.from)%every) % every
	case weekUnit:
		day, ok = d.nextInWeeks(day)
	default:
		day, ok = d.nextInMonths(day)
	}
	return day, ok && (d.until == 0 || day <= d.until)
}

// nextInWeeks looks through the weeks of the interval. Weeks begin on Monday.
func (d days) nextInWeeks(day int32) (int32, bool) {
	every, first := int32(d.every), d.from/7
	for range 2 {
		week := day / 7
		if off := (week - first) % every; off != 0 {
			week += every - off
			day = week * 7
		}
		for ; day/7 == week; day++ {
			if d.dow&(1<<weekdayOf(day)) != 0 {
				return day, true
			}
		}
	}
	return 0, false
}

// months to look through: more than lie between two leap days
const patience = 600

func (d days) nextInMonths(day int32) (int32, bool) {
	year, month, date := dateOf(day)
	count := int32(year)*12 + int32(month) - 1
	step := int32(1)
	if d.unit == monthUnit {
		step = int32(d.every)
		y, m, _ := dateOf(d.from)
		if off := (count - int32(y)*12 - int32(m) + 1) % step; off != 0 {
			count, date = count+step-off, 1
		}
	}
	for range patience {
		year, month = int(count/12), time.Month(count%12+1)
		if d.months == 0 || d.months&(1<<month) != 0 {
			first := dayNumber(year, month, 1)
			set := d.inMonth(first, daysIn(year, month)) &^ (1<<date - 1)
			if set != 0 {
				return first + int32(bits.TrailingZeros32(set)) - 1, true
			}
		}
		count, date = count+step, 1
	}
	return 0, false
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// inMonth is the days of a month, as bits 1 to 31.
func (d days) inMonth(first int32, length int) uint32 {
	all := uint32(1)<<(length+1) - 2
	if d.dom != 0 {
		set := d.dom &^ lastOne
		if d.dom&lastOne != 0 {
			set |= 1 << length
		}
		return set & all
	}
	var set uint32
	for date := 1; date <= 7; date++ {
		dow := weekdayOf(first + int32(date) - 1)
		switch {
		case d.dow&(1<<dow) != 0:
			for n := date; n <= length; n += 7 {
				set |= 1 << n
			}
		case d.nth[dow] != 0:
			set |= nthInMonth(d.nth[dow], date, length)
		}
	}
	return set
}

// nthInMonth returns the days of one weekday in a month, as bits. first is the first of them.
func nthInMonth(which uint8, first, length int) uint32 {
	var set uint32
	last := first + (length-first)/7*7
	for n := 1; n <= 5; n++ {
		if date := first + 7*(n-1); which&(1<<n) != 0 && date <= length {
			set |= 1 << date
		}
	}
	if which&lastOne != 0 {
		set |= 1 << last
	}
	if which&lastButOne != 0 {
		set |= 1 << (last - 7)
	}
	return set
}

// next is the first moment of the part at or after one, both in minutes as a Civil
// counts them.
func (p part) next(minute int64) (int64, bool) {
	day, rest := int32(minute/dayMinutes), int(minute%dayMinutes)
	at, ok := p.days.next(day)
	if ok && at == day {
		if t, found := p.timeFrom(rest); found {
			return int64(day)*dayMinutes + int64(t), true
		}
		at, ok = p.days.next(day + 1)
	}
	return int64(at)*dayMinutes + int64(p.times[0]), ok
}

// timeFrom is the first time of the day at or after a minute.
func (p part) timeFrom(minute int) (int, bool) {
	if !p.hourly {
		i, _ := slices.BinarySearch(p.times, minute)
		if i == len(p.times) {
			return 0, false
		}
		return p.times[i], true
	}
	hour := minute / 60
	for _, m := range p.times {
		if hour*60+m >= minute {
			return hour*60 + m, true
		}
	}
	return (hour+1)*60 + p.times[0], hour < 23
}

// fromTime is the first moment of the part at or after t, both as if the zone were UTC.
func (p part) fromTime(t time.Time) (time.Time, bool) {
	c := civilAt(t.Add(time.Minute - 1))
	minute, ok := p.next(c.minutes)
	return Civil{minutes: minute}.Time(), ok
}

// never reports whether the part has no date at all.
func (p part) never() bool {
	_, ok := p.days.next(dayNumber(2000, 1, 1))
	return !ok
}

// clockTimes is all times of a day, in minutes after midnight.
func (p part) clockTimes() []int {
	if !p.hourly {
		return p.times
	}
	var out []int
	for hour := range 24 {
		for _, m := range p.times {
			out = append(out, hour*60+m)
		}
	}
	return out
}

// atom is the smallest piece of days: one day of one kind.
type atom struct{ days }

// atoms splits days: Monday and Thursday become Monday, and Thursday. Intervals of days and
// single dates stay whole.
func (d days) atoms() []atom {
	bare := d
	bare.dow, bare.nth, bare.dom = 0, [7]uint8{}, 0
	var out []atom
	add := func(change func(*days)) {
		a := bare
		change(&a)
		out = append(out, atom{a})
	}
	if d.unit == dayUnit || d.once() {
		return []atom{{d}}
	}
	for dow := range 7 {
		if d.dow&(1<<dow) != 0 {
			add(func(a *days) { a.dow = 1 << dow })
		}
		for n := range 7 {
			if d.nth[dow]&(1<<n) != 0 {
				add(func(a *days) { a.nth[dow] = 1 << n })
			}
		}
	}
	for date := range 32 {
		if d.dom&(1<<date) != 0 {
			add(func(a *days) { a.dom = 1 << date })
		}
	}
	return out
}

// join adds days of the same kind; false if they are of another kind.
func (d days) join(o days) (days, bool) {
	a, b := d, o
	a.dow, a.nth, a.dom = 0, [7]uint8{}, 0
	b.dow, b.nth, b.dom = 0, [7]uint8{}, 0
	kind := func(d days) int {
		switch {
		case d.dom != 0:
			return 1
		case d.dow != 0:
			return 2
		}
		return 3
	}
	if a != b || kind(d) != kind(o) {
		return d, false
	}
	d.dow |= o.dow
	d.dom |= o.dom
	for i := range d.nth {
		d.nth[i] |= o.nth[i]
	}
	return d, true
}

// normal gives the same parts to rules that mean the same: each day once with all its times,
// days with the same times together, in a fixed order.
func normal(parts []part) []part {
	type cell struct {
		atom   atom
		hourly bool
	}
	times := map[cell][]int{}
	var order []cell
	for _, p := range parts {
		for _, a := range p.days.atoms() {
			key := cell{a, p.hourly}
			if _, known := times[key]; !known {
				order = append(order, key)
			}
			times[key] = append(times[key], p.times...)
		}
	}
	slices.SortFunc(order, func(a, b cell) int { return a.atom.compare(b.atom.days) })
	var out []part
	for _, key := range order {
		at := times[key]
		slices.Sort(at)
		out = joinPart(out, part{key.atom.days, slices.Compact(at), key.hourly})
	}
	slices.SortStableFunc(out, func(a, b part) int {
		return cmp.Or(a.group().compare(b.group()), cmp.Compare(a.times[0], b.times[0]), a.days.compare(b.days), slices.Compare(a.times, b.times))
	})
	return out
}

func joinPart(parts []part, p part) []part {
	for i, q := range parts {
		if q.hourly != p.hourly || !slices.Equal(q.times, p.times) {
			continue
		}
		if both, ok := q.days.join(p.days); ok {
			parts[i].days = both
			return parts
		}
	}
	return append(parts, p)
}

// group returns what parts must share to be said in one sentence: first and last day, and
// interval.
func (d days) group() days {
	if d.once() {
		return days{from: 1, until: 1}
	}
	return days{unit: d.unit, every: d.every, from: d.from, until: d.until}
}

// compare puts days in order: recurrences before dates, weeks before months.
func (d days) compare(o days) int {
	once := func(d days) int {
		if d.once() {
			return 1
		}
		return 0
	}
	monthly := func(d days) int {
		switch {
		case d.months != 0:
			return 3
		case d.dom != 0:
			return 2
		case d.dow == 0:
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(once(d), once(o)),
		cmp.Compare(d.every, o.every), cmp.Compare(d.unit, o.unit),
		cmp.Compare(d.from, o.from), cmp.Compare(d.until, o.until),
		cmp.Compare(monthly(d), monthly(o)),
		cmp.Compare(d.months, o.months),
		cmp.Compare(mondayFirst(d.dow), mondayFirst(o.dow)),
		slices.Compare(nthOrder(d.nth), nthOrder(o.nth)),
		cmp.Compare(d.dom&^lastOne, o.dom&^lastOne), cmp.Compare(d.dom, o.dom),
	)
}

// mondayFirst moves Sunday's bit behind Saturday's.
func mondayFirst(dow uint8) uint8 { return dow>>1 | dow&1<<6 }

func nthOrder(nth [7]uint8) []int {
	var out []int
	for _, n := range []int{1, 2, 3, 4, 5, 6, 0} {
		for i := range 7 {
			if dow := (i + 1) % 7; nth[dow]&(1<<n) != 0 {
				out = append(out, slices.Index([]int{1, 2, 3, 4, 5, 6, 0}, n)*10+i)
			}
		}
	}
	return out
}
