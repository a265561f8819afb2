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

// Asker is what reading a value depends on: the writer's language, platform and time.
type Asker struct {
	Words *words.Reader // the writer's language
	Now   time.Time
	Group bot.Group // that a reminder or a session is of; zero, with times in UTC, if it is not known
	whole bool      // see PauseAlone

	// Place reads a channel as the writer names it, and says why it may not be used.
	Place func(ctx context.Context, text string) (bot.Place, error)
	// Role reads a role as the writer names it.
	Role func(ctx context.Context, text string) (bot.Role, error)
	// Vouched asks the platform about a role, and says why it may not be used; nil if there
	// is no platform to ask.
	Vouched func(ctx context.Context, r bot.Role) error
	// Zones are the time zones that are likely where the writer is, the likeliest first.
	Zones func(ctx context.Context) []string
}

// times reads what the writer says about times in a group's zone.
func (a Asker) times(zone string) scheduler.Reader {
	return scheduler.Reader{Locale: a.Words.Locale(), Country: a.Words.Country, Zone: zone, Now: a.Now, Whole: a.whole}
}

// Field describes one property of a T that people can change, such as a group's quiet hours. All
// code that asks for the property, reads, shows or compares it uses this description. Each of its
// many fields answers one question about the property; most may be left out.
type Field[T any] struct {
	Name    string     // of the argument and of the form's field
	Flag    string     // of the command line; Name if empty, "-" for none
	Label   string     // an English key; at most 45 characters
	Many    string     // the label of a form's field for several values; Label if empty
	Summary string     // the argument's description, an English key; at most 100 characters
	Example string     // shown in an empty field of a form
	Also    words.Word // what else people type for Name, with commas between
	Max     int        // characters that a form's field takes; 0 means 200. Check bounds the value, however it is written

	Needed  bool // every T has it
	Several bool // it has any number of values; an argument adds one
	OneLine bool // its values are shown on one line
	Closed  bool // what Offer offers is all there is
	Guarded bool // facilitators may not change it
	Some    bool // its one value is a list of Choices, with commas between
	Lapses  bool // a saved value may become wrong, because it depends on the cards in force
	Place   bool // its values are channels
	Role    bool // its values are roles

	// Set reads a text that somebody wrote and sets the value; it adds one if there are
	// several. The error is a sentence for the writer.
	Set func(ctx context.Context, a Asker, v *T, text string) error
	// None removes all values, for the word "none". If it is nil, Set reads that word like
	// any other.
	None func(v *T)
	// Empty is called for a form's field that somebody emptied. If it is nil, the value
	// stays, and the command line refuses an empty value.
	Empty func(v *T)
	// Drop removes the value that Texts writes as text; nil if values cannot be removed.
	Drop func(w *words.Reader, v *T, text string)
	// Keep copies from was to v the value that Texts writes as text; ok is false if was has
	// none. It is for fields with several values.
	Keep func(w *words.Reader, v *T, was T, text string) (ok bool)
	// Check says what is wrong with the values, without asking anybody; nil if they cannot
	// be wrong.
	Check func(v T) error

	// Texts writes the values so that Set can read them.
	Texts func(w *words.Reader, v T) []string
	// Say writes the values as people read them; nil means like Texts.
	Say func(w *words.Reader, v T) []string

	// Choices are all possible values, for a menu in a form; nil if any value is possible.
	Choices func(w *words.Reader, v T) []bot.Choice
	// Offer are values to choose from while somebody types; nil for none.
	Offer func(ctx context.Context, a Asker, typed string) []bot.Choice
}

// several describes a field of any number of values, which are kept in a slice.
type several[T, E any] struct {
	at   func(v *T) *[]E
	same func(a, b E) bool                                               // Set adds no value that is the same as another
	read func(ctx context.Context, a Asker, v T, text string) (E, error) // reads one value that somebody wrote
	text func(w *words.Reader, e E) string                               // writes one value so that read can read it
	say  func(w *words.Reader, e E) string                               // writes one value as people read it; nil means like text
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
		old, ok := bot.Find(*l.at(&was), func(e E) bool { return l.text(w, e) == text })
		if ok {
			*l.at(v) = append(slices.Clip(*l.at(v)), old)
		}
		return ok
	}
	f.Texts = l.each(l.text)
	if l.say != nil {
		f.Say = l.each(l.say)
	}
	return f
}

func (l several[T, E]) each(say func(w *words.Reader, e E) string) func(*words.Reader, T) []string {
	return func(w *words.Reader, v T) []string {
		return bot.Each(*l.at(&v), func(e E) string { return say(w, e) })
	}
}

// optional describes a field of one value, which is E's zero value if there is none.
type optional[T any, E interface {
	comparable
	String() string
}] struct {
	at   func(v *T) *E
	read func(ctx context.Context, a Asker, v T, text string) (E, error) // reads the value that somebody wrote
}

// field makes f's Set, None, Empty, Drop and Texts out of the description.
func (o optional[T, E]) field(f Field[T]) Field[T] {
	var none E
	f.Set = func(ctx context.Context, a Asker, v *T, text string) error {
		if text == (*o.at(v)).String() { // it stays, even if it would be refused now
			return nil
		}
		e, err := o.read(ctx, a, *v, text)
		if err == nil {
			*o.at(v) = e
		}
		return err
	}
	f.None = func(v *T) { *o.at(v) = none }
	f.Empty = f.None
	f.Drop = func(_ *words.Reader, v *T, _ string) { *o.at(v) = none }
	f.Texts = one(func(v T) string {
		if e := *o.at(&v); e != none {
			return e.String()
		}
		return ""
	})
	return f
}

// either makes a field for a bool, which at points to. It has two choices, first for false, then
// for true: typed are the words to type for them, said how people read them. refuse makes the
// error for any other text.
func either[T any](f Field[T], at func(v *T) *bool, typed [2]words.Word, said func(w *words.Reader) [2]string, refuse func(text string) error) Field[T] {
	choices := func(w *words.Reader) []bot.Choice {
		names := said(w)
		return []bot.Choice{{Name: names[0], Value: string(typed[0])}, {Name: names[1], Value: string(typed[1])}}
	}
	now := func(w *words.Reader, v T) bot.Choice {
		if *at(&v) {
			return choices(w)[1]
		}
		return choices(w)[0]
	}
	f.Max, f.Closed = 40, true
	f.Set = func(_ context.Context, a Asker, v *T, text string) error {
		word, ok := words.Means(a.Words, text, typed[:]...)
		for i, name := range said(a.Words) {
			if ok && word == typed[i] || words.Fold(text) == words.Fold(name) {
				*at(v) = i == 1
				return nil
			}
		}
		return refuse(text)
	}
	f.Empty = func(v *T) { *at(v) = false }
	f.Texts = func(w *words.Reader, v T) []string { return []string{now(w, v).Value} }
	f.Say = func(w *words.Reader, v T) []string { return []string{now(w, v).Name} }
	f.Choices = func(w *words.Reader, _ T) []bot.Choice { return choices(w) }
	f.Offer = func(_ context.Context, a Asker, begun string) []bot.Choice {
		if word, ok := words.Means(a.Words, begun, typed[:]...); ok {
			begun = string(word)
		}
		return Matching(begun, choices(a.Words))
	}
	return f
}

// Table has the fields of a T that people can change, in the order in which they are asked for
// and shown.
type Table[T any] []Field[T]

// Only keeps the fields of the given names, in their order.
func (t Table[T]) Only(names ...string) Table[T] {
	out := make(Table[T], 0, len(names))
	for _, name := range names {
		if f, ok := bot.Find(t, func(f Field[T]) bool { return f.Name == name }); ok {
			out = append(out, f)
		}
	}
	return out
}

// For keeps the fields that an actor may change.
func (t Table[T]) For(by bot.Actor) Table[T] {
	if !by.IsFacilitator() {
		return t
	}
	return slices.DeleteFunc(slices.Clone(t), func(f Field[T]) bool { return f.Guarded })
}

// Args are the arguments of a command that changes the fields.
func (t Table[T]) Args() []bot.Arg {
	return bot.Each(t, func(f Field[T]) bot.Arg {
		return bot.Arg{
			Name: f.Name, Summary: bot.Words{words.English: f.Summary}, Label: bot.Words{words.English: f.Label}, Also: bot.Words{words.English: string(f.Also)},
			Complete: f.Offer != nil, Place: f.Place, Role: f.Role, Max: f.Max,
		}
	})
}

// Add sets what a command names; fields that it does not name stay. To a field with several
// values it adds one; "none" removes all.
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

// Replace sets what a form or the command line names: the written values of each field replace
// all old ones.
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
		if f.Keep(a.Words, v, was, text) { // an old value stays, even if it would be refused now
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
	return bot.About(f.Name, f.setOneOrMore(ctx, a, v, text))
}

// setOneOrMore sets a value. A text that cannot be read as one value is read as several with
// semicolons between, as a form has them.
func (f Field[T]) setOneOrMore(ctx context.Context, a Asker, v *T, text string) error {
	whole := f.Set(ctx, a, v, text)
	if whole == nil || !f.Several || !strings.Contains(text, between) {
		return whole
	}
	all := *v
	for part := range strings.SplitSeq(text, between) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if f.Set(ctx, a, &all, part) != nil {
			return whole
		}
	}
	*v = all
	return nil
}

// Check returns the first error that the Check of a field finds.
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

// checkChange is Check for a change from was to v. It does not check a value that may have become
// wrong since it was saved (Lapses) and is not changed now: people can then change other fields.
func (t Table[T]) checkChange(was, v T) error {
	w := words.InEnglish()
	return slices.DeleteFunc(slices.Clone(t), func(f Field[T]) bool {
		return f.keptLapsed(w, was, v)
	}).Check(v)
}

// keptLapsed reports whether a field's value may have become wrong and is not changed.
func (f Field[T]) keptLapsed(w *words.Reader, was, v T) bool {
	return f.Lapses && slices.Equal(f.Texts(w, was), f.Texts(w, v))
}

// Faults finds what is wrong with each written field by itself, by the field's name. v is the
// thing as saved. A value that became wrong since then and is not changed is no fault.
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

// TakeAway removes one value of a field with several values: the one that people read as text,
// or else the one that Set reads from text. ok reports whether there was one.
func (t Table[T]) TakeAway(ctx context.Context, a Asker, v *T, text string) (ok bool) {
	for _, f := range t {
		if f.drop(a.Words, v, text) {
			return true
		}
	}
	for _, f := range t { // only now, because reading a channel or a role may ask its platform
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

// drop removes the value that people read as text; false if the field has none.
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

// values are a field's values: the name is for people, the value for Set.
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
