package changes

import (
	"cmp"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// Line is one value as people read it, with what it is.
type Line struct {
	Field       string // its name
	Index       int    // of several values
	Label, Text string // in the reader's language
}

func (l Line) String() string { return l.Label + ": " + l.Text }

// lines are a field's values, one a line.
func (f Field[T]) lines(w *words.Reader, v T) []Line {
	say := f.Say
	if say == nil {
		say = f.Texts
	}
	texts := say(w, v)
	if f.OneLine && len(texts) > 0 {
		texts = []string{strings.Join(texts, between+" ")}
	}
	var out []Line
	for i, text := range texts {
		if text != "" {
			out = append(out, Line{f.Name, i, w.T(f.Label), text})
		}
	}
	return out
}

// Lines are all values as people read them.
func (t Table[T]) Lines(w *words.Reader, v T) []Line {
	var out []Line
	for _, f := range t {
		out = append(out, f.lines(w, v)...)
	}
	return out
}

// Difference is what changed between two states.
type Difference struct {
	New  []Line // values that are there now and were not
	Gone []Line // values that are gone, and that no new one stands for
}

// Compare says what changed, in the reader's language.
func (t Table[T]) Compare(w *words.Reader, was, now T) Difference {
	var d Difference
	for _, f := range t {
		old, fresh := f.lines(w, was), f.lines(w, now)
		added, gone := without(fresh, old), without(old, fresh)
		d.New = append(d.New, added...)
		if replaced := len(added) > 0 && len(old) <= 1 && len(fresh) <= 1; !replaced {
			d.Gone = append(d.Gone, gone...)
		}
	}
	return d
}

// without are the lines whose text no other line has.
func without(lines, other []Line) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool {
		return slices.ContainsFunc(other, func(o Line) bool { return o.Text == l.Text })
	})
}

// Say tells a reader what changed, after a sentence such as "The group was updated."
func (d Difference) Say(w *words.Reader, changed string) string {
	if len(d.New)+len(d.Gone) == 0 {
		return w.T("Nothing changed. It was already set this way.")
	}
	if len(d.New) > 0 {
		changed += " " + words.Ended(joined(d.New))
	}
	if len(d.Gone) > 0 {
		changed += " " + words.Ended(w.T("No longer: %s", joined(d.Gone)))
	}
	return changed
}

func joined(lines []Line) string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.String()
	}
	return strings.Join(texts, "; ")
}

// between separates several values in one field of a form.
const between = ";"

// Form asks for the fields, with the values that stand now.
func (t Table[T]) Form(w *words.Reader, v T) []bot.Field {
	out := make([]bot.Field, 0, len(t))
	for _, f := range t {
		field := bot.Field{
			Name: f.Name, Label: w.T(cmp.Or(f.Many, f.Label)), Hint: w.T(f.Example), Required: f.Needed, Max: f.Max,
			Value: strings.Join(f.Texts(w, v), between+" "), Complete: f.Closed, Place: f.Channel,
		}
		if f.Choices != nil {
			field.Choices = f.Choices(w, v)
		}
		out = append(out, field)
	}
	return out
}

// Written takes apart what stands in a form's fields: one text a value. A field that
// is not in the form is not there.
func (t Table[T]) Written(args map[string]string) map[string][]string {
	out := make(map[string][]string)
	for _, f := range t {
		text, named := args[f.Name]
		switch {
		case !named:
		case f.Several:
			out[f.Name] = strings.Split(text, between)
		default:
			out[f.Name] = []string{text}
		}
	}
	return out
}

// Clash is a value that somebody else changed while a form was open, or where the
// writer's own value would undo one.
type Clash struct {
	Label    string
	Was, Now string
	Mine     string
	Known    bool // Was is known: it is their change that is shown
}

// Clashes compares what a form was opened with, what stands now and what was written.
// was is nil if it is no longer known. mine are the written values that nobody else
// touched.
func (t Table[T]) Clashes(w *words.Reader, was *T, now T, written map[string]string) (clashes []Clash, mine map[string]string) {
	mine = make(map[string]string)
	for _, f := range t {
		there := strings.Join(f.Texts(w, now), between+" ")
		text, named := written[f.Name]
		if was == nil {
			if named && text != there {
				clashes = append(clashes, Clash{Label: w.T(f.Label), Now: there, Mine: text})
			}
			continue
		}
		before := strings.Join(f.Texts(w, *was), between+" ")
		switch {
		case before != there:
			clashes = append(clashes, Clash{Label: w.T(f.Label), Was: before, Now: there, Known: true})
		case named:
			mine[f.Name] = text
		}
	}
	return clashes, mine
}
