// Package words says what the bot says besides its cards: one gettext catalogue
// for each language, in which the English sentence is the key.
package words

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-playground/locales/en_US"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

//go:embed po
var embedded embed.FS

// English is the language of the keys: it needs no catalogue.
const English = "en"

// Books are the catalogues of all languages. Use can replace them at any time: a Reader keeps the
// catalogues that it was made with.
type Books struct {
	open      atomic.Pointer[openBooks]
	calendars calendars
	locale    string                   // the clinic's, a BCP 47 tag
	numbers   atomic.Pointer[[]string] // to call in a crisis; nil: those of the program
}

// openBooks are the catalogues in force. They are never changed.
type openBooks struct {
	langs []string        // English first, the others sorted
	own   map[string]book // by language, without the catalogues of wider languages
	by    map[string]book // by language, with them
}

// Options say what the catalogues are made of.
type Options struct {
	// Locale is the clinic's, a BCP 47 tag: the language of notices, and how dates and clocks
	// are written for readers whose own country is not known. Empty means DefaultLocale.
	Locale string

	// Dir is the clinic's folder of content; it may be nil. A file LANGUAGE/words.po in it
	// corrects sentences of a language or adds a language. DirName is the folder's name in
	// findings.
	Dir     fs.FS
	DirName string
}

// Embedded are the program's own catalogues, for a clinic in the United States.
func Embedded() (*Books, error) { return Open(Options{}) }

// Open reads the catalogues of the program and of the clinic.
func Open(o Options) (*Books, error) {
	locale := strings.ReplaceAll(cmp.Or(o.Locale, DefaultLocale), "_", "-")
	if !tag.MatchString(locale) {
		return nil, fmt.Errorf("LOCALE %q: write a language and a country, such as en-US", o.Locale)
	}
	in, err := o.read()
	if err != nil {
		return nil, err
	}
	b := &Books{calendars: readCalendars(), locale: withCountry(locale)}
	b.open.Store(in)
	return b, nil
}

// Use puts the catalogues of other books in force, until back is called. Texts that were made
// before stay as they are: prepared pages, and the names of commands.
func (b *Books) Use(other *Books) (back func()) {
	before := b.open.Swap(other.open.Load())
	return func() { b.open.Store(before) }
}

func (o Options) read() (*openBooks, error) {
	shelves, err := o.shelves()
	if err != nil {
		return nil, err
	}
	b := &openBooks{langs: []string{English}, by: make(map[string]book)}
	for _, s := range shelves {
		text, err := fs.ReadFile(s.folder, s.file)
		if err != nil {
			return nil, err
		}
		if len(text) > maxCatalogue {
			return nil, fmt.Errorf("%s: larger than %d bytes", s.name, maxCatalogue)
		}
		if b.by[s.lang] == nil && s.lang != English {
			b.langs = append(b.langs, s.lang)
		}
		b.by[s.lang] = append(book{readCatalogue(text)}, b.by[s.lang]...)
	}
	slices.Sort(b.langs[1:])
	b.own = maps.Clone(b.by)
	for _, lang := range b.langs { // sorted, so es comes before es-MX
		wider := content.Wider(lang)
		for wider != "" && b.by[wider] == nil {
			wider = content.Wider(wider)
		}
		b.by[lang] = slices.Concat(b.by[lang], b.by[wider])
	}
	return b, nil
}

// maxCatalogue is how large a catalogue may be, in bytes.
const maxCatalogue = 1 << 20

// shelf is where one catalogue lies.
type shelf struct {
	folder           fs.FS
	file, name, lang string // name is the file's in findings
	own              bool   // the clinic's
}

// shelves are all catalogues, the program's first. In a book the later ones go before.
func (o Options) shelves() ([]shelf, error) {
	var out []shelf
	names, err := fs.Glob(embedded, "po/*.po")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		out = append(out, shelf{embedded, name, "bot/words/" + name, strings.TrimSuffix(path.Base(name), ".po"), false})
	}
	if o.Dir == nil {
		return out, nil
	}
	if names, err = fs.Glob(o.Dir, "*/words.po"); err != nil {
		return nil, err
	}
	for _, name := range names {
		if lang := path.Dir(name); tag.MatchString(lang) {
			out = append(out, shelf{o.Dir, name, path.Join(cmp.Or(o.DirName, "content directory"), name), lang, true})
		}
	}
	return out, nil
}

// tag matches the tags of BCP 47 that the program needs.
var tag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// Langs are the languages that the bot speaks, English first.
func (b *Books) Langs() []string { return slices.Clone(b.open.Load().langs) }

// Lang is the language in which a reader is answered: the reader's own if there is a catalogue for
// it, else the next wider one, else English. reader is a BCP 47 tag, or empty.
func (b *Books) Lang(reader string) string {
	langs := b.open.Load().langs
	for ; reader != ""; reader = content.Wider(reader) {
		if i := slices.IndexFunc(langs, func(lang string) bool { return strings.EqualFold(lang, reader) }); i >= 0 {
			return langs[i]
		}
	}
	return English
}

// Say is a sentence in exactly this language, not a wider one; "" if there is none.
func (b *Books) Say(lang, english string) string { return b.open.Load().own[lang].word(english) }

// Reader says things to readers of a language, a BCP 47 tag.
func (b *Books) Reader(reader string) *Reader {
	lang, open := b.Lang(reader), b.open.Load()
	r := &Reader{lang: lang, open: open, book: open.by[lang], Calendar: b.calendars.of(lang, reader, b.locale), Country: cmp.Or(region(reader), region(b.locale))}
	if numbers := b.numbers.Load(); numbers != nil {
		r.numbers = *numbers
	}
	return r
}

// Clinic says things to readers of the clinic's language and country: to staff and moderators in a
// channel, who have no language of their own there.
func (b *Books) Clinic() *Reader { return b.Reader(b.locale) }

// In is one sentence in every language.
func (b *Books) In(english string) bot.Words {
	out := bot.Words{English: english}
	for lang, book := range b.open.Load().by {
		if said := cmp.Or(book.word(english), english); said != "" {
			out[lang] = said
		}
	}
	return out
}

// InContext is one short label in every language, other than English, that has a word for it in
// one of these contexts, of which the first one counts.
func (b *Books) InContext(english string, contexts ...string) bot.Words {
	out := make(bot.Words)
	for lang, book := range b.open.Load().by {
		for _, context := range contexts {
			if said := book.label(context, english); said != "" && lang != English && out[lang] == "" {
				out[lang] = said
			}
		}
	}
	return out
}

// Typed is what people type for a Word, by language.
func (b *Books) Typed(english string) bot.Words {
	if english == "" {
		return nil
	}
	out := b.InContext(english, TypedContext)
	out[English] = english
	return out
}

// InEnglish is a Reader that says the English keys and needs no catalogue: for values that are compared,
// and for the message that the playground draws as its raw data.
func InEnglish() *Reader {
	return &Reader{lang: English, Calendar: Calendar{DefaultLocale, sync.OnceValue(en_US.New)}}
}

// Reader says things in one language.
type Reader struct {
	lang    string
	open    *openBooks // all catalogues; nil for InEnglish
	book    book       // nil for English
	numbers []string   // to call in a crisis; empty: those of the program

	Calendar Calendar // writes days and clocks
	// Country is the reader's, such as "MX", else the clinic's. Calendar may be that of
	// another country, if there is none for this country and language.
	Country string
}

// Lang is the language of the texts, a BCP 47 tag.
func (r *Reader) Lang() string { return r.lang }

// Locale is the BCP 47 tag whose format dates and times of day have.
func (r *Reader) Locale() string { return r.Calendar.locale }

// T says a sentence in the reader's language. english is its key, a format for args. Arguments that
// are errors, rules, commands or terms are said in this language too.
func (r *Reader) T(english string, args ...any) string {
	return filling{r, r.word(english)}.text(args)
}

// C says a short label whose meaning depends on a context.
func (r *Reader) C(context, english string, args ...any) string {
	return filling{r, cmp.Or(r.book.label(context, english), english)}.text(args)
}

// N says a sentence about n things. args does not have n, unless the sentence shows it.
func (r *Reader) N(n int, one, many string, args ...any) string {
	said := r.book.number(n, one)
	switch {
	case said != "":
	case n == 1:
		said = one
	default:
		said = many
	}
	return filling{r, said}.text(args)
}

func (r *Reader) word(english string) string { return cmp.Or(r.book.word(english), english) }

// Error is the text of an error: in this language if it is a *bot.UserError, else as it is.
func (r *Reader) Error(err error) string {
	var said *bot.UserError
	var mistake *scheduler.Mistake
	switch {
	case errors.As(err, &said) && said.Format != "":
		return r.T(said.Format, said.Args...)
	case said != nil && said.Cause != nil:
		return r.Error(said.Cause)
	case errors.As(err, &mistake):
		return r.T(mistake.Format, mistake.Args...)
	}
	return err.Error()
}

// Fault says an error as Error does, and keeps the facts in it.
func (r *Reader) Fault(err error) []content.Span {
	var said *bot.UserError
	switch {
	case errors.As(err, &said) && said.Format != "":
		return r.Say(said.Format, said.Args...)
	case said != nil && said.Cause != nil:
		return r.Fault(said.Cause)
	}
	return Join(r.Error(err))
}
