// Package changes holds what moderators and staff change: one table of fields for
// each kind of thing, one check, and one save with its audit row.
package changes

import (
	"context"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// Asker is what reading a value may depend on: who writes it, where and when.
type Asker struct {
	Words *words.Reader // the writer's language
	Now   time.Time
	Zone  string    // of the group that a reminder is for, an IANA name; empty means UTC
	Group bot.Group // that a reminder is for, where it is known while somebody types

	// Place reads a channel as the writer names it, and says why it may not be used.
	Place func(ctx context.Context, text string) (bot.Place, error)
	// Role reads a role as the writer names it.
	Role func(ctx context.Context, text string) (bot.Role, error)
	// Vouched asks the platform about a role, and says why it may not be used; nil where
	// nobody is asked.
	Vouched func(ctx context.Context, r bot.Role) error
	// Zones are the time zones that are likely where the writer is, the likeliest first.
	Zones func(ctx context.Context) []string
}

// times reads what the writer says about times in a group's zone.
func (a Asker) times(zone string) scheduler.Reader {
	return scheduler.Reader{Locale: a.Words.Locale(), Country: a.Words.Country, Zone: zone, Now: a.Now}
}

// Field describes one thing of a T that people can change. Everything that asks for
// it, reads it, shows it or compares it goes by this description. Each of its many
// fields answers one question about it, and most may be left out.
type Field[T any] struct {
	Name    string // of the argument and of the form's field
	Flag    string // of the command line; Name if empty, "-" for none
	Label   string // an English key; at most 45 characters
	Many    string // the label of a form's field for several values; Label if empty
	Summary string // the argument's description, an English key; at most 100 characters
	Example string // stands in an empty field of a form
	Max     int    // characters that a form's field takes; 0 means 200. Check bounds the value, however it is written

	Needed  bool // nothing can be without it
	Several bool // it has any number of values; an argument adds one
	OneLine bool // its values are shown on one line
	Closed  bool // what Offer offers is all there is
	Guarded bool // a facilitator does not change it
	Some    bool // its one value is any number of its Choices, with commas between
	Lapses  bool // what it may be depends on the cards in force, which change by themselves

	// Set takes over one value as somebody wrote it: the only one, or one more of
	// several. The error is a sentence for the writer.
	Set func(ctx context.Context, a Asker, v *T, text string) error
	// None takes away all values: what the word "none" means; where it is nil, Set reads that
	// word like any other.
	None func(v *T)
	// Empty is what an emptied field of a form means; nil means that the value stays, and that
	// the command line refuses an empty one.
	Empty func(v *T)
	// Drop takes away the value that Texts writes so; nil where none can be.
	Drop func(w *words.Reader, v *T, text string)
	// Keep takes over the one of several values that Texts writes so, as it was before. ok
	// reports that there was one.
	Keep func(w *words.Reader, v *T, was T, text string) (ok bool)
	// Check says what is wrong with the values by themselves; nil if nothing can be.
	Check func(v T) error

	// Texts are the values as Set reads them back.
	Texts func(w *words.Reader, v T) []string
	// Say are the values as people read them; nil means Texts.
	Say func(w *words.Reader, v T) []string

	// Places are the values, where they are channels; nil where they are not.
	Places func(v T) []bot.Place
	// Roles are the values, where they are roles; nil where they are not.
	Roles func(v T) []bot.Role

	// Choices are the only values, where a form can show them as such; nil for any.
	Choices func(w *words.Reader, v T) []bot.Choice
	// Offer are values to choose from while somebody types; nil for none.
	Offer func(ctx context.Context, a Asker, typed string) []bot.Choice
}

// several describes a field of any number of values, which are kept in a slice.
type several[T, E any] struct {
	at   func(v *T) *[]E
	same func(a, b E) bool                                               // a second one is left out
	read func(ctx context.Context, a Asker, v T, text string) (E, error) // one, as somebody wrote it
	text func(w *words.Reader, e E) string                               // one, as read takes it
	say  func(w *words.Reader, e E) string                               // one, as people read it; nil means text
}

// field makes f's Set, None, Empty, Drop, Keep, Texts and Say out of the description.
func (l several[T, E]) field(f Field[T]) Field[T] {
	f.Several = true
	f.Set = func(ctx context.Context, a Asker, v *T, text string) error {
		e, err := l.read(ctx, a, *v, text)
		if all := l.at(v); err == nil && !slices.ContainsFunc(*all, func(old E) bool { return l.same(old, e) }) {
			*all = append(slices.Clip(*all), e)
		}
		return err
	}
	f.None = func(v *T) { *l.at(v) = nil }
	f.Empty = f.None
	f.Drop = func(w *words.Reader, v *T, text string) {
		*l.at(v) = slices.DeleteFunc(slices.Clone(*l.at(v)), func(e E) bool { return l.text(w, e) == text })
	}
	f.Keep = func(w *words.Reader, v *T, was T, text string) bool {
		i := slices.IndexFunc(*l.at(&was), func(e E) bool { return l.text(w, e) == text })
		if i >= 0 {
			*l.at(v) = append(slices.Clip(*l.at(v)), (*l.at(&was))[i])
		}
		return i >= 0
	}
	f.Texts = l.each(l.text)
	if l.say != nil {
		f.Say = l.each(l.say)
	}
	return f
}

func (l several[T, E]) each(say func(w *words.Reader, e E) string) func(*words.Reader, T) []string {
	return func(w *words.Reader, v T) []string {
		var out []string
		for _, e := range *l.at(&v) {
			out = append(out, say(w, e))
		}
		return out
	}
}

// Table is all that can be changed about a T, in the order in which it is asked for
// and shown.
type Table[T any] []Field[T]

// Only keeps the fields of the given names, in their order.
func (t Table[T]) Only(names ...string) Table[T] {
	out := make(Table[T], 0, len(names))
	for _, name := range names {
		if i := slices.IndexFunc(t, func(f Field[T]) bool { return f.Name == name }); i >= 0 {
			out = append(out, t[i])
		}
	}
	return out
}

// For keeps the fields that somebody may change of what they may change at all.
func (t Table[T]) For(by bot.Actor) Table[T] {
	if !by.IsFacilitator() {
		return t
	}
	return slices.DeleteFunc(slices.Clone(t), func(f Field[T]) bool { return f.Guarded })
}

// Args are the arguments of a command that changes the fields.
func (t Table[T]) Args() []bot.Arg {
	out := make([]bot.Arg, 0, len(t))
	for _, f := range t {
		out = append(out, bot.Arg{
			Name: f.Name, Summary: bot.Words{words.English: f.Summary},
			Complete: f.Offer != nil, Place: f.Places != nil, Role: f.Roles != nil, Max: f.Max,
		})
	}
	return out
}

// Add takes over what a command says. What it does not name stays; of several values
// it adds one; "none" takes all away.
func (t Table[T]) Add(ctx context.Context, a Asker, v *T, args map[string]string) error {
	for _, f := range t {
		text := strings.TrimSpace(args[f.Name])
		if text == "" {
			continue
		}
		if err := f.set(ctx, a, v, text); err != nil {
			return err
		}
	}
	return nil
}

// Replace takes over what a form or a command line says: the values of each field that
// is named stand in the place of those there were.
func (t Table[T]) Replace(ctx context.Context, a Asker, v *T, written map[string][]string) error {
	for _, f := range t {
		texts, named := written[f.Name]
		if !named {
			continue
		}
		if err := f.replace(ctx, a, v, texts); err != nil {
			return err
		}
	}
	return nil
}

func (f Field[T]) replace(ctx context.Context, a Asker, v *T, texts []string) error {
	texts = slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(texts) == 0 {
		if f.Empty != nil {
			f.Empty(v)
		}
		return nil
	}
	if !f.Several {
		return f.set(ctx, a, v, strings.TrimSpace(texts[0]))
	}
	was := *v
	f.None(v)
	for _, text := range texts {
		if words.IsNone(a.Words, text) {
			continue
		}
		text = strings.TrimSpace(text)
		if f.Keep(a.Words, v, was, text) { // as it was, whatever is wrong with it by now
			continue
		}
		if err := f.set(ctx, a, v, text); err != nil {
			return err
		}
	}
	return nil
}

func (f Field[T]) set(ctx context.Context, a Asker, v *T, text string) error {
	if words.IsNone(a.Words, text) && f.None != nil {
		f.None(v)
		return nil
	}
	return bot.About(f.Name, f.Set(ctx, a, v, text))
}

// Check says what is wrong with the values, each by itself.
func (t Table[T]) Check(v T) error {
	for _, f := range t {
		if f.Check == nil {
			continue
		}
		if err := f.Check(v); err != nil {
			return bot.About(f.Name, err)
		}
	}
	return nil
}

// CheckChange is Check for a thing that was saved as was: a value that lapsed since, and
// stays, stands in the way of no other change.
func (t Table[T]) CheckChange(was, v T) error {
	w := words.InEnglish()
	return slices.DeleteFunc(slices.Clone(t), func(f Field[T]) bool {
		return f.keptLapsed(w, was, v)
	}).Check(v)
}

// keptLapsed reports that a value may have lapsed, and stays as it was.
func (f Field[T]) keptLapsed(w *words.Reader, was, v T) bool {
	return f.Lapses && slices.Equal(f.Texts(w, was), f.Texts(w, v))
}

// Faults are what is wrong with each of the values that were written, whatever the
// others say, by the field's name. v is the thing as it was saved: a value that lapsed
// since, and stays, is no fault.
func (t Table[T]) Faults(ctx context.Context, a Asker, v T, written map[string][]string) map[string]error {
	out := make(map[string]error)
	for _, f := range t {
		texts, named := written[f.Name]
		if !named || strings.TrimSpace(strings.Join(texts, "")) == "" {
			continue
		}
		alone := v
		err := f.replace(ctx, a, &alone, texts)
		if err == nil && f.Check != nil && !f.keptLapsed(a.Words, v, alone) {
			err = f.Check(alone)
		}
		if _, said := bot.ForPerson(err); said {
			out[f.Name] = err
		}
	}
	return out
}

// TakeAway takes away the one value, of those fields that have several, which reads as
// text, or else is what text is read as. ok reports that there was one.
func (t Table[T]) TakeAway(ctx context.Context, a Asker, v *T, text string) (ok bool) {
	for _, f := range t {
		if f.drop(a.Words, v, text) {
			return true
		}
	}
	for _, f := range t { // to read a channel or a role may ask its platform
		if f.Drop == nil {
			continue
		}
		alone := *v
		if f.replace(ctx, a, &alone, []string{text}) != nil {
			continue
		}
		if read := f.Texts(a.Words, alone); len(read) == 1 && f.drop(a.Words, v, read[0]) {
			return true
		}
	}
	return false
}

// drop takes away the value that reads as text, if the field has it and has several.
func (f Field[T]) drop(w *words.Reader, v *T, text string) bool {
	if f.Drop == nil {
		return false
	}
	text = words.Fold(text)
	for _, c := range f.values(w, *v) {
		if words.Fold(c.Value) == text || words.Fold(c.Name) == text {
			f.Drop(w, v, c.Value)
			return true
		}
	}
	return false
}

// Removable are the values that TakeAway can take away.
func (t Table[T]) Removable(w *words.Reader, v T) []bot.Choice {
	var out []bot.Choice
	for _, f := range t {
		if f.Drop != nil {
			out = append(out, f.values(w, v)...)
		}
	}
	return out
}

// values are a field's values as people read them and as Set reads them.
func (f Field[T]) values(w *words.Reader, v T) []bot.Choice {
	texts := f.Texts(w, v)
	said := texts
	if f.Say != nil {
		said = f.Say(w, v)
	}
	out := make([]bot.Choice, len(texts))
	for i := range texts {
		out[i] = bot.Choice{Name: said[i], Value: texts[i]}
	}
	return out
}
