package scheduler

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Civil is a nominal local moment, to the minute, without a zone: what a clock
// on the wall is meant to show. Civils are comparable with ==; the zero value
// means none.
//
// The occurrences of a rule that goes by elapsed hours ("0 * * * *") are named
// by UTC, because an hour that a zone's clock shows twice has two of them; such
// a Civil ends in Z. Of a rule with several moments for each session, each is named by
// the session's start and which moment it is: 2026-12-07T18:00/-60, or, after its end,
// 2026-12-07T18:00/+10e.
type Civil struct {
	minutes int64 // since 0001-01-01T00:00, as if the zone were UTC
	utc     bool
	lead    string // which moment of the session, such as "-60"; mostly empty
}

const civilLayout = "2006-01-02T15:04"

// CivilOf is what the clock of t's location shows at t.
func CivilOf(t time.Time) Civil {
	_, offset := t.Zone()
	return civilAt(t.UTC().Add(time.Duration(offset) * time.Second))
}

// yearOneToUnix is the seconds from 0001-01-01 to 1970-01-01.
const yearOneToUnix = 62135596800

// civilAt drops the zone of a time that holds a civil moment as if it were UTC.
func civilAt(t time.Time) Civil {
	return Civil{minutes: (t.Unix() + yearOneToUnix) / 60}
}

// ParseCivil reads what String writes: "2026-11-24T09:00". The empty text is
// the zero Civil.
func ParseCivil(s string) (Civil, error) {
	if s == "" {
		return Civil{}, nil
	}
	text, lead, marked := strings.Cut(s, "/")
	if marked && !isLeadMark(lead) {
		return Civil{}, fmt.Errorf("local time %q: write it as 2026-11-24T09:00", s)
	}
	text, utc := strings.CutSuffix(text, "Z")
	t, err := time.Parse(civilLayout, text)
	if err != nil || t.Year() < 1 || len(text) != len(civilLayout) {
		return Civil{}, fmt.Errorf("local time %q: write it as 2026-11-24T09:00", s)
	}
	c := civilAt(t)
	c.utc, c.lead = utc, lead
	return c, nil
}

// mark names the moment of a session.
func (l Lead) mark() string {
	if l.AfterEnd {
		return fmt.Sprintf("%+de", l.Minutes)
	}
	return fmt.Sprintf("%+d", l.Minutes)
}

func isLeadMark(s string) bool {
	digits, end := strings.CutSuffix(s, "e")
	n, err := strconv.Atoi(digits)
	return err == nil && s == Lead{n, end}.mark()
}

// String is the form "2026-11-24T09:00", or empty for the zero Civil. It sorts
// as the moments do.
func (c Civil) String() string {
	b, _ := c.AppendText(nil) // it never fails
	return string(b)
}

// AppendText appends what String returns.
func (c Civil) AppendText(b []byte) ([]byte, error) {
	if c.IsZero() {
		return b, nil
	}
	b = c.Time().AppendFormat(b, time.RFC3339) // several times as fast as other layouts
	b = b[:len(b)-len(":00Z")]
	if c.utc {
		b = append(b, 'Z')
	}
	if c.lead != "" {
		b = append(append(b, '/'), c.lead...)
	}
	return b, nil
}

// Time is the moment as if its zone were UTC, for formatting and arithmetic.
func (c Civil) Time() time.Time {
	return time.Unix(c.minutes*60-yearOneToUnix, 0).UTC()
}

// IsZero reports whether c is none.
func (c Civil) IsZero() bool { return c == Civil{} }

// Compare is -1, 0 or 1 as c is before, the same as or after d.
func (c Civil) Compare(d Civil) int { return cmp.Compare(c.minutes, d.minutes) }

// Before reports whether c is earlier than d.
func (c Civil) Before(d Civil) bool { return c.Compare(d) < 0 }

// After reports whether c is later than d.
func (c Civil) After(d Civil) bool { return c.Compare(d) > 0 }

// MarshalText writes what String does.
func (c Civil) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what ParseCivil does.
func (c *Civil) UnmarshalText(b []byte) error {
	v, err := ParseCivil(string(b))
	if err == nil {
		*c = v
	}
	return err
}
