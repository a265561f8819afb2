package changes

import (
	"cmp"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Line is one value as people read it, with what it is.
type Line struct {
	Field string // its name
	Label string // in the reader's language
	Said  []content.Span

	Before []content.Span // of a difference: the one value that this one replaced; empty for none
}

// Spans are the line as it is shown.
func (l Line) Spans() []content.Span { return words.Join(l.Label+": ", l.Said) }

// lines are a field's values, one a line.
func (f Field[T]) lines(w *words.Reader, v T) []Line {
	said := f.said(w, v)
	if f.OneLine && len(said) > 0 {
		said = [][]content.Span{joined(said)}
	}
	var out []Line
	for _, s := range said {
		if len(s) > 0 {
			out = append(out, Line{Field: f.Name, Label: w.T(f.Label), Said: s})
		}
	}
	return out
}

// said are a field's values as people read them.
func (f Field[T]) said(w *words.Reader, v T) [][]content.Span {
	return bot.Each(f.values(w, v), func(c bot.Choice) []content.Span { return words.Join(f.fact(c.Name)) })
}

// fact is a value for a sentence: the channel or the role that a text names, else the text.
func (f Field[T]) fact(text string) any {
	if place, err := bot.ParsePlace(text); f.Place && err == nil {
		return place
	}
	if role, err := bot.ParseRole(text); f.Role && err == nil {
		return role
	}
	return text
}

// joined puts several values into one line.
func joined(said [][]content.Span) []content.Span { return words.Beside(said, between+" ") }

// Lines are all values as people read them.
func (t Table[T]) Lines(w *words.Reader, v T) []Line {
	return slices.Concat(bot.Each(t, func(f Field[T]) []Line { return f.lines(w, v) })...)
}

// Difference is what changed between two states of a thing.
type Difference struct {
	New  []Line // values that are there now and were not
	Gone []Line // values that were removed, not replaced
}

// Compare says what changed, in the reader's language.
func (t Table[T]) Compare(w *words.Reader, was, now T) Difference {
	var d Difference
	for _, f := range t {
		old, fresh := f.lines(w, was), f.lines(w, now)
		added, gone := without(fresh, old), without(old, fresh)
		if replaced := len(added) > 0 && len(old) <= 1 && len(fresh) <= 1; !replaced {
			d.Gone = append(d.Gone, gone...)
		} else if len(gone) == 1 && !f.OneLine { // a line of several values says most of them again
			added[0].Before = gone[0].Said
		}
		d.New = append(d.New, added...)
	}
	return d
}

// without are the lines whose text no other line has.
func without(lines, other []Line) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool {
		return slices.ContainsFunc(other, func(o Line) bool { return words.Plain(o.Said) == words.Plain(l.Said) })
	})
}

// None reports whether nothing changed.
func (d Difference) None() bool { return len(d.New)+len(d.Gone) == 0 }

// Say tells a reader what changed, after a sentence such as "The group was updated."
func (d Difference) Say(w *words.Reader, changed string) []content.Span {
	if d.None() {
		return w.Say("Nothing changed. It was already set this way.")
	}
	said := words.Join(changed)
	if len(d.New) > 0 {
		said = words.Join(said, " ", words.Ended(joinedLines(w, d.New)))
	}
	if len(d.Gone) > 0 {
		said = words.Join(said, " ", words.Ended(w.Say("No longer: %s", joinedLines(w, d.Gone))))
	}
	return said
}

// joinedLines puts lines into one, each with what it replaced.
func joinedLines(w *words.Reader, lines []Line) []content.Span {
	return joined(bot.Each(lines, func(l Line) []content.Span {
		if len(l.Before) > 0 {
			return w.Say("%s, before that: %s", l.Spans(), l.Before)
		}
		return l.Spans()
	}))
}

// between separates several values in one field of a form.
const between = ";"

// Form asks for a field, with the values that stand now.
func (f Field[T]) Form(w *words.Reader, v T) bot.Field {
	field := bot.Field{
		Name: f.Name, Label: w.T(cmp.Or(f.Many, f.Label)), Hint: w.T(f.Example), Required: f.Needed, Max: f.Max,
		Value: f.written(w, v), Complete: f.Closed, Place: f.Place, Role: f.Role, Several: f.Place && f.Several || f.Some,
	}
	if f.Choices != nil {
		field.Choices = f.Choices(w, v)
	}
	return field
}

// Written splits the texts of a form's fields into values, by the field's name. It leaves out
// fields that are not in args.
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

// Clash is a field that somebody else changed while a form was open, or, if that is not known, a
// field in which the writer's value differs from the present one.
type Clash struct {
	Label    string
	Was, Now []content.Span // nothing if there is no value
	Mine     []content.Span // what was written; nothing if the field was emptied, or if Both is false
	Known    bool           // Was is known, so the other person's change can be shown
	Both     bool           // the writer changed the field too, to another value
}

// written is a field's values as a form has them.
func (f Field[T]) written(w *words.Reader, v T) string {
	return strings.Join(f.Texts(w, v), between+" ")
}

// mine is what somebody wrote for a field, as people read it: choices by their names, and channels
// and roles as facts.
func (f Field[T]) mine(w *words.Reader, v T, text string) []content.Span {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	mark := between
	if f.Some {
		mark = ","
	}
	var choices []bot.Choice
	if f.Choices != nil {
		choices = f.Choices(w, v)
	}
	var said [][]content.Span
	for part := range strings.SplitSeq(text, mark) {
		part = strings.TrimSpace(part)
		value := f.fact(part)
		if c, ok := bot.Find(choices, func(c bot.Choice) bool { return c.Value == part }); ok {
			value = c.Name
		}
		said = append(said, words.Join(value))
	}
	return words.Beside(said, mark+" ")
}

// changed reports whether what somebody wrote differs from the values of v. Spaces do not count, and
// a choice may be written by its name.
func (f Field[T]) changed(w *words.Reader, v T, text string) bool {
	plain := func(s string) string { return strings.Join(strings.Fields(words.Fold(s)), "") }
	there := f.written(w, v)
	return plain(text) != plain(there) && plain(text) != plain(words.Plain(f.mine(w, v, there)))
}

// Clashes compares the state that a form was opened on, the present state and what was written.
// was is nil if it is no longer known. mine are the written values of the fields that nobody
// else changed. merged reports whether one of them is the writer's change.
func (t Table[T]) Clashes(w *words.Reader, was *T, now T, written map[string]string) (clashes []Clash, mine map[string]string, merged bool) {
	mine = make(map[string]string)
	for _, f := range t {
		there := f.written(w, now)
		text, named := written[f.Name]
		if was == nil {
			if named && text != there {
				clashes = append(clashes, Clash{Label: w.T(f.Label), Now: joined(f.said(w, now)), Mine: f.mine(w, now, text)})
			}
			continue
		}
		switch {
		case f.written(w, *was) != there:
			c := Clash{Label: w.T(f.Label), Was: joined(f.said(w, *was)), Now: joined(f.said(w, now)), Known: true}
			if c.Both = named && f.changed(w, *was, text) && f.changed(w, now, text); c.Both {
				c.Mine = f.mine(w, now, text)
			}
			clashes = append(clashes, c)
		case named:
			mine[f.Name] = text
			merged = merged || f.changed(w, now, text)
		}
	}
	return clashes, mine, merged
}
