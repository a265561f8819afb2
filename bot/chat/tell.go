package chat

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// What is kept and what the command line shows is English. In chat it is said in
// the reader's language and with the commands of the reader's platform.

// advised is a command that an error names: "group list" at the command line.
type advised string

// asWritten is a rule in an error as somebody wrote it; in chat it is read in the
// reader's language.
type asWritten string

// Text describes the rule.
func (s asWritten) Text(lang string) string { return describe(string(s), lang) }

// teller says things to one reader.
type teller struct {
	b         *Bot
	r         bot.Request
	lang      string
	sentences map[string]string // by their English formats; nil for English
}

func (b *Bot) teller(r bot.Request) teller {
	lang := b.lang(r.Lang)
	return teller{b, r, lang, b.sentences[lang]}
}

// told is an error that is meant for whoever asked, in their words. Others stay.
func (b *Bot) told(r bot.Request, err error) error {
	var said *bot.UserError
	if !errors.As(err, &said) {
		return err
	}
	return &bot.UserError{Message: b.teller(r).error(said), Field: said.Field, Cause: err}
}

func (t teller) error(err error) string {
	var said *bot.UserError
	var mistake *scheduler.Mistake
	switch {
	case errors.As(err, &said) && said.Format != "":
		return t.say(said.Format, said.Args...)
	case said != nil && said.Cause != nil:
		return t.error(said.Cause)
	case errors.As(err, &mistake):
		return t.say(mistake.Format, mistake.Args...)
	}
	return err.Error()
}

func (t teller) say(format string, args ...any) string {
	said := make([]any, len(args))
	for i, a := range args {
		said[i] = t.part(a)
	}
	return fmt.Sprintf(t.word(format), said...)
}

// part says what goes into a sentence.
func (t teller) part(a any) any {
	switch a := a.(type) {
	case error:
		return t.error(a)
	case scheduler.Term:
		return t.word(string(a))
	case advised:
		return t.b.typed(t.r, string(a))
	case interface{ Text(lang string) string }:
		return a.Text(t.lang)
	}
	return a
}

func (t teller) word(s string) string { return cmp.Or(t.sentences[s], s) }

// typed is how the reader writes a command: "/group list", "/circle grupo lista".
func (b *Bot) typed(r bot.Request, words string) string {
	var said []string
	rows := b.rows
	for name := range strings.FieldsSeq(words) {
		row := findRow(rows, name)
		if row == nil {
			said = append(said, name)
			continue
		}
		said, rows = append(said, b.nameIn(row.Command, b.lang(r.Lang))), row.subs
	}
	return command(r.Platform, strings.Join(said, " "))
}

// reason says why a delivery or a platform stands as it does. What is on record
// stays English; an adapter's words, at the end, are shown as they are.
func (b *Bot) reason(r bot.Request, recorded string) string {
	t := b.teller(r)
	parts := strings.Split(recorded, ": ")
	for i, part := range parts {
		parts[i] = t.word(part)
		for _, format := range []string{lateGap, notSetUp} {
			before, after, _ := strings.Cut(format, "%s")
			rest, begins := strings.CutPrefix(part, before)
			if name, ends := strings.CutSuffix(rest, after); begins && ends {
				parts[i] = t.say(format, name)
			}
		}
	}
	return strings.Join(parts, ": ")
}

// subject names what a trouble is about.
func (b *Bot) subject(r bot.Request, recorded string) string {
	kind, name, _ := strings.Cut(recorded, " ")
	return strings.TrimSpace(b.teller(r).word(kind) + " " + name)
}

// fault says why a reminder rests, or nothing.
func (b *Bot) fault(r bot.Request, rem bot.Reminder, g bot.Group) string {
	if rem.Fault == "" {
		return ""
	}
	if _, _, err := timing(rem, g); err != nil { // as on record, but with its parts apart
		return sentence(b.teller(r).error(err))
	}
	return sentence(b.teller(r).word(rem.Fault))
}
