package bot

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// UserError says in a sentence, to the person who asked, what to do instead.
// Every other error is a fault of the program or its surroundings.
type UserError struct {
	Message string // in English, as the command line shows it
	Field   string // the argument it is about; may be empty

	format string // what the message is made of, so that told can say it to others;
	args   []any  // empty where the sentence is the cause's
	cause  error  // what happened, for the caller to act on; may be nil
}

// Unwrap is what happened.
func (e *UserError) Unwrap() error { return e.cause }

func (e *UserError) Error() string { return e.Message }

// wrong makes an error for a person. Its format is English, or a phrasebook's; a
// test holds that every English one has its Spanish. What it is given may be an
// error, a command (typed) or a rule, which are said in the reader's words, too.
func wrong(format string, args ...any) error {
	return &UserError{Message: fmt.Sprintf(format, args...), format: format, args: args}
}

// because is wrong with what happened, for the caller to act on.
func because(cause error, format string, args ...any) error {
	return &UserError{Message: fmt.Sprintf(format, args...), format: format, args: args, cause: cause}
}

// about says which argument an error is about, unless it is a fault.
func about(field string, err error) error {
	said, ok := forPerson(err)
	if !ok {
		return err
	}
	return &UserError{Message: said, Field: field, cause: err}
}

// fieldOf is the argument an error is about, if it says so.
func fieldOf(err error) string {
	var said *UserError
	if errors.As(err, &said) {
		return said.Field
	}
	return ""
}

// asUser makes the sentence of an error from content or scheduler one for the
// person who asked.
func asUser(field string, err error) error {
	if err == nil {
		return nil
	}
	return &UserError{Message: err.Error(), Field: field, cause: err}
}

// forPerson gives the words of an error that is meant for whoever asked.
func forPerson(err error) (string, bool) {
	var said *UserError
	if errors.As(err, &said) {
		return said.Message, true
	}
	return "", false
}

// sentence gives an error's words a capital letter and an end.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	s = string(unicode.ToUpper(first)) + s[size:]
	if last, _ := utf8.DecodeLastRuneInString(s); !unicode.IsPunct(last) {
		s += "."
	}
	return s
}

// tidied makes one line of what was put into a form: pasted tabs and line breaks
// are spaces, and where a field holds several things, each line is one of them.
func tidied(args map[string]string, fields []Arg) map[string]string {
	out := make(map[string]string, len(args))
	for name, v := range args {
		brk := " "
		if slices.ContainsFunc(fields, func(a Arg) bool { return a.Name == name && a.Max > maxLine }) {
			brk = "; "
		}
		var b strings.Builder
		for _, c := range v {
			switch {
			case c == '\n' || c == '\r':
				b.WriteString(brk)
			case c == '\t':
				b.WriteByte(' ')
			case !unicode.IsControl(c):
				b.WriteRune(c)
			}
		}
		out[name] = strings.TrimSpace(b.String())
	}
	return out
}

// maxLine is how many characters a field has at most that holds one thing.
const maxLine = 300

// checkArgs holds what was written against the table.
func (b *Bot) checkArgs(r Request, args []Arg) error {
	w := b.in(r)
	for _, a := range args {
		v := r.Args[a.Name]
		most := a.Max
		if most == 0 {
			most = 200
		}
		switch {
		case !utf8.ValidString(v) || strings.ContainsFunc(v, unicode.IsControl):
			return wrong(w.argControl, b.argName(r, a))
		case utf8.RuneCountInString(v) > most:
			return wrong(w.argLong, b.argName(r, a), most)
		case a.Required && strings.TrimSpace(v) == "" && !r.Submit:
			return wrong(w.argMissing, b.argName(r, a), b.usage(r, args))
		}
	}
	return nil
}

// usage is how a command is written.
func (b *Bot) usage(r Request, args []Arg) string {
	words := b.typed(r, strings.TrimSpace(r.Command+" "+r.Sub))
	is := ":"
	if r.Platform == Slack {
		is = "="
	}
	for _, a := range args {
		if a.Required {
			words += " " + b.argName(r, a) + is + "…"
		} else {
			words += " [" + b.argName(r, a) + is + "…]"
		}
	}
	return words
}

// argName is an argument's name as the person sees it: Discord shows the names of
// the reader's language, elsewhere people type the table's.
func (b *Bot) argName(r Request, a Arg) string {
	if r.Platform == Discord {
		return cmp.Or(a.Local[b.lang(r.Lang)], a.Name)
	}
	return a.Name
}
