// Package calendar reads and writes iCalendar files (RFC 5545): a clinic's holidays on
// the way in, posts and sessions on the way out.
package calendar

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
)

// Bounds on what is read.
const (
	maxFile     = 2 << 20 // bytes
	maxEvents   = 5_000
	maxRecurred = 200_000 // of all events together
	maxDeep     = 4       // components in one another
)

// Problem is something wrong at one line of a calendar file.
type Problem struct {
	Line   int // from 1
	Reason string
}

func (p *Problem) Error() string { return fmt.Sprintf("line %d: %s", p.Line, p.Reason) }

func problem(line int, format string, args ...any) error {
	return &Problem{Line: line, Reason: fmt.Sprintf(format, args...)}
}

// property is one content line.
type property struct {
	line   int
	name   string // in upper case
	value  string
	params map[string]string // the first value of each, by its name in upper case
}

// component is the part of a file between a BEGIN and its END.
type component struct {
	name  string // upper case
	line  int    // of its BEGIN
	props []property
	subs  []*component
}

// first is the first property of a name.
func (c *component) first(name string) (property, bool) {
	for _, p := range c.props {
		if p.name == name {
			return p, true
		}
	}
	return property{}, false
}

// text is the value of a property as people read it; "" if there is none.
func (c *component) text(name string) string {
	p, _ := c.first(name)
	return p.value
}

// parse reads the calendars in a file. The library only splits each line into its parts,
// because its own reader does not tell which line is wrong.
func parse(r io.Reader) ([]*component, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, problem(1, "the file is larger than %d MB", maxFile>>20)
	}
	root := &component{}
	open := []*component{root}
	for _, l := range unfold(text) {
		p, err := l.property()
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch p.name {
		case "BEGIN":
			if len(open) > maxDeep {
				return nil, problem(p.line, "components are nested too deeply")
			}
			c := &component{name: strings.ToUpper(strings.TrimSpace(p.value)), line: p.line}
			if top == root && c.name != "VCALENDAR" {
				return nil, problem(p.line, "this is not an iCalendar file: such a file begins with BEGIN:VCALENDAR")
			}
			top.subs = append(top.subs, c)
			open = append(open, c)
		case "END":
			if name := strings.ToUpper(strings.TrimSpace(p.value)); top == root || name != top.name {
				return nil, problem(p.line, "END:%s has no BEGIN that fits", clip(name))
			}
			open = open[:len(open)-1]
		default:
			if top == root {
				return nil, problem(p.line, "this is not an iCalendar file: such a file begins with BEGIN:VCALENDAR")
			}
			top.props = append(top.props, p)
		}
	}
	if last := open[len(open)-1]; last != root {
		return nil, problem(last.line, "BEGIN:%s has no END: the file may be cut off", clip(last.name))
	}
	if len(root.subs) == 0 {
		return nil, problem(1, "this is not an iCalendar file: such a file begins with BEGIN:VCALENDAR")
	}
	return root.subs, nil
}

// contentLine is one unfolded line of RFC 5545, and the number of the file's line where it
// begins.
type contentLine struct {
	line int
	text []byte
}

// unfold joins the lines that are continued with a space or a tab.
func unfold(text []byte) []contentLine {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var out []contentLine
	n := 0
	for raw := range bytes.Lines(text) {
		n++
		raw = bytes.TrimRight(raw, "\r\n")
		switch {
		case len(raw) == 0:
		case (raw[0] == ' ' || raw[0] == '\t') && len(out) > 0:
			last := &out[len(out)-1]
			last.text = append(bytes.Clone(last.text), raw[1:]...)
		default:
			out = append(out, contentLine{n, raw})
		}
	}
	return out
}

func (l contentLine) property() (property, error) {
	if !utf8.Valid(l.text) {
		return property{}, problem(l.line, "it is not valid UTF-8: save the file as UTF-8")
	}
	read, err := ics.ParseProperty(ics.ContentLine(l.text))
	if err != nil {
		return property{}, problem(l.line, "%s", err)
	}
	// The library looks for the name anywhere in the line.
	if read == nil || !strings.HasPrefix(string(l.text), read.IANAToken) {
		return property{}, problem(l.line, "%q is no line of an iCalendar file: write NAME:VALUE", clip(string(l.text)))
	}
	p := property{line: l.line, name: strings.ToUpper(read.IANAToken), value: read.Value, params: make(map[string]string)}
	for name, values := range read.ICalParameters {
		if len(values) > 0 {
			p.params[strings.ToUpper(name)] = values[0]
		}
	}
	return p, nil
}

// clip shortens a text of the file, to quote it.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
