package bot

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Flow is the state of a conversation of buttons and forms. It is a separate part of a call,
// never mixed with what people write.
type Flow struct {
	Page    int    `json:"p,omitempty"` // the page of a list; counts from 0
	Version int64  `json:"v,omitempty"` // the version of the thing that a form edits; 0 for a new thing
	Seen    string `json:"s,omitempty"` // a digest of what the person saw before they save, post or sign it
	Again   bool   `json:"a,omitempty"` // opens a form once more, with what was written in it so far
	Pin     bool   `json:"i,omitempty"` // pins what is posted
	New     bool   `json:"n,omitempty"` // the answer is a new message; it does not replace the one with the button
}

// NewCall builds a call from argument names and values.
func NewCall(command string, args ...string) Call {
	c := Call{Command: command}
	for i := 0; i+1 < len(args); i += 2 {
		c = c.With(args[i], args[i+1])
	}
	return c
}

// With adds an argument; c itself stays as it is.
func (c Call) With(name, value string) Call {
	args := make(map[string]string, len(c.Args)+1)
	maps.Copy(args, c.Args)
	args[name] = value
	c.Args = args
	return c
}

// OnPage is the call for a page of a list.
func (c Call) OnPage(n int) Call {
	c.Flow.Page = n
	return c
}

// AsNew is the call whose answer is a new message: it does not replace the one with the
// button.
func (c Call) AsNew() Call {
	c.Flow.New = true
	return c
}

const (
	callVersion = "1"
	maxCall     = 100 // characters; Discord's custom_id has the least room
	maxPage     = 99
)

// ErrCall reports a custom id that is not ours or not of this version.
var ErrCall = errors.New("not a call of this program")

// Encode writes the call as at most 100 printable characters for a platform's custom id.
// It returns "" if the call does not fit, or if an argument has one of oldFlow's names.
// A test makes sure that all calls of the core can be written.
func (c Call) Encode() string {
	q := url.Values{}
	for k, v := range c.Args {
		if slices.Contains(oldFlow(), k) {
			return ""
		}
		q.Set(k, v)
	}
	s := callVersion + "/" + c.Command + "/" + c.Sub
	if flow := c.Flow.encode(); flow != "" {
		s += "/" + flow
	}
	s += "?" + q.Encode()
	if len(s) > maxCall || !IsWord(c.Command) || c.Sub != "" && !IsWord(c.Sub) {
		return ""
	}
	return s
}

// encode writes the fields that are set, each with its letter in front.
func (f Flow) encode() string {
	var parts []string
	if f.Page > 0 {
		parts = append(parts, "p"+strconv.Itoa(f.Page))
	}
	if f.Version != 0 {
		parts = append(parts, "v"+strconv.FormatInt(f.Version, 10))
	}
	if f.Seen != "" {
		parts = append(parts, "s"+f.Seen)
	}
	if f.Again {
		parts = append(parts, "a")
	}
	if f.New {
		parts = append(parts, "n")
	}
	if f.Pin {
		parts = append(parts, "i")
	}
	return strings.Join(parts, ".")
}

// DecodeCall reads what Encode wrote. Its input comes from outside and is not
// trusted: the core still checks command, arguments and rights.
func DecodeCall(s string) (Call, error) {
	if len(s) > maxCall {
		return Call{}, ErrCall
	}
	path, query, ok := strings.Cut(s, "?")
	parts := strings.Split(path, "/")
	if !ok || len(parts) < 3 || len(parts) > 4 || parts[0] != callVersion || !IsWord(parts[1]) || parts[2] != "" && !IsWord(parts[2]) {
		return Call{}, ErrCall
	}
	c := Call{Command: parts[1], Sub: parts[2]}
	q, err := url.ParseQuery(query)
	if err != nil {
		return Call{}, ErrCall
	}
	for k, v := range q {
		if len(v) != 1 {
			return Call{}, ErrCall
		}
		c = c.With(k, v[0])
	}
	if len(parts) == 4 {
		c.Flow, err = decodeFlow(parts[3])
	} else {
		c.Flow, err = takeOldFlow(c.Args)
	}
	if err != nil {
		return Call{}, err
	}
	return c, nil
}

func decodeFlow(s string) (f Flow, err error) {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" {
			return Flow{}, ErrCall
		}
		value := part[1:]
		switch part[0] {
		case 'p':
			f.Page, err = strconv.Atoi(value)
		case 'v':
			f.Version, err = strconv.ParseInt(value, 10, 64)
		case 's':
			f.Seen = value
		case 'a':
			f.Again = true
		case 'n':
			f.New = true
		case 'i':
			f.Pin = true
		default:
			err = ErrCall
		}
		if err != nil || f.Page < 0 || f.Page > maxPage || f.Version < 0 {
			return Flow{}, ErrCall
		}
	}
	return f, nil
}

// oldFlow names the arguments in which buttons of older programs carry what is in a Flow
// now.
func oldFlow() []string { return []string{"seen", "again", "new", "v", "page", "pin"} }

// takeOldFlow moves the arguments of oldFlow into a Flow, so that buttons that an older
// program posted still work.
func takeOldFlow(args map[string]string) (f Flow, err error) {
	f.Seen, f.Again, f.New, f.Pin = args["seen"], args["again"] != "", args["new"] != "", args["pin"] != ""
	if v := args["v"]; v != "" {
		f.Version, err = strconv.ParseInt(v, 10, 64)
	}
	if n, no := strconv.Atoi(args["page"]); no == nil && n >= 0 && n <= maxPage {
		f.Page = n
	}
	for _, name := range oldFlow() {
		delete(args, name)
	}
	if err != nil || f.Version < 0 {
		return Flow{}, ErrCall
	}
	return f, nil
}

// NewSub builds a call of a sub-command.
func NewSub(command, name string, args ...string) Call {
	c := NewCall(command, args...)
	c.Sub = name
	return c
}
