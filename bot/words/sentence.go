package words

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// filling is a format in the reader's language, to be filled with arguments.
type filling struct {
	*Reader
	format string
}

// text fills the sentence as spans does, and makes text of all facts.
func (f filling) text(args []any) string {
	if len(args) == 0 {
		return f.format
	}
	said := make([]any, len(args))
	for i, a := range args {
		said[i] = f.part(a)
		if fact, ok := said[i].(fmt.Stringer); ok {
			said[i] = fact.String()
		}
	}
	return Plain(f.spans(said))
}

// stopBehind reports whether rest begins with a full stop that ends a sentence.
func stopBehind(rest string) bool {
	if !strings.HasPrefix(rest, ".") {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest[1:])
	return rest[1:] == "" || next != '.' && !unicode.IsLetter(next) && !unicode.IsDigit(next)
}

// isolated keeps an argument together in a sentence that is written in the other direction.
func isolated(a any) any {
	switch a := a.(type) {
	case string:
		return content.Isolate(a)
	case fmt.Stringer:
		return content.Isolate(a.String())
	}
	return a
}

// place matches the verb of an argument in a sentence: "%s", "%[2]d".
var place = regexp.MustCompile(`%%|%(?:\[(\d+)\])?[a-z]`)

// spans fills the sentence and makes a span of each fact. Arguments that are spans stay as they are.
// It writes no full stop behind an argument that ends in one itself: "Meets los lunes a las 9:00 p. m."
func (f filling) spans(args []any) []content.Span {
	format := f.format
	var out []content.Span
	text := ""
	next, from := 0, 0
	mixed := strings.ContainsFunc(format, content.IsRightToLeft)
	for _, at := range place.FindAllStringSubmatchIndex(format, -1) {
		text += format[from:at[0]]
		from = at[1]
		if format[at[0]:at[1]] == "%%" {
			text += "%"
			continue
		}
		if at[2] >= 0 { // the verb names its argument
			n, _ := strconv.Atoi(format[at[2]:at[3]])
			next = n - 1
		}
		if next >= len(args) {
			break
		}
		switch a := args[next].(type) {
		case Moment, bot.Place, bot.Role, []content.Span:
			out = Join(out, text, a)
			text = ""
		case Command:
			command := Join(f.Command(string(a)))
			if mixed {
				command = content.IsolateSpans(command)
			}
			out = Join(out, text, command)
			text = ""
		case error:
			out = Join(out, text, f.Fault(a))
			text = ""
		default:
			part := f.part(a)
			if mixed {
				part = isolated(part)
			}
			text += fmt.Sprintf("%"+format[at[1]-1:at[1]], part)
		}
		next++
		if said := text; stopBehind(format[from:]) {
			if n := len(out); said == "" && n > 0 && out[n-1].Fact == nil {
				said = out[n-1].Text
			}
			if strings.HasSuffix(said, ".") {
				from++
			}
		}
	}
	return Join(out, text+format[from:])
}

// part is an argument in the reader's language.
func (f filling) part(a any) any {
	switch a := a.(type) {
	case error:
		return f.Error(a)
	case scheduler.Term:
		return f.word(string(a))
	case Command:
		return f.Command(string(a))
	case Langs:
		return LangNames(f.Reader, a)
	case Topics:
		return strings.Join(bot.Each(a.IDs, func(id string) string { return called(f.Reader, a.Library, id) }), ", ")
	case quote:
		return fromPlatform(f.Reader, string(a))
	case interface{ Say(scheduler.Voice) string }:
		return a.Say(f.voice())
	}
	return a
}

// sayings are the English sentences for values; they are keys of the catalogues.
type sayings[K comparable, V any] map[K]V

// quote is an English sentence that a platform's error says. Readers of other languages read it in
// theirs if a catalogue has it, else in English between quotation marks.
type quote string

// Told makes an adapter's error an argument of a sentence: a *bot.UserError as it is, any other
// error as a quote.
func Told(err error) any {
	if _, ok := bot.ForPerson(err); ok {
		return err
	}
	return quote(cmp.Or(bot.Detail(err), err.Error()))
}

// fromPlatform is the text of a quote for a reader.
func fromPlatform(r *Reader, english string) string {
	if Base(r.lang) != English && english != "" && r.book.word(english) == "" {
		return r.C("quotation", "“%s”", english)
	}
	return r.word(english)
}

// Sentence begins a text with a capital letter and ends it as Ended does.
func Sentence(said []content.Span) []content.Span {
	if len(said) == 0 {
		return nil
	}
	said = slices.Clone(said)
	first, size := utf8.DecodeRuneInString(said[0].Text)
	if said[0].Link == "" && size > 0 {
		said[0].Text = string(unicode.ToUpper(first)) + said[0].Text[size:]
	}
	return Ended(said)
}

// Ended adds a full stop, unless the text ends in a mark already.
func Ended(said []content.Span) []content.Span {
	text := Plain(said)
	if last, _ := utf8.DecodeLastRuneInString(text); text == "" || unicode.IsPunct(last) {
		return said
	}
	return Join(said, ".")
}
