package content

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
	"time"
)

//go:embed cards
var shipped embed.FS

// Options are what a library is made of.
type Options struct {
	Dir     fs.FS             // cards of the clinic's own, LANG/ID.md; nil for the shipped ones alone
	DirName string            // the name of Dir in messages about problems
	Set     map[string]string // the clinic's choices: "outside-contact", "overdose-companions"
	Langs   []string          // further languages, in which there are no cards
	Voice   Voice             // translates the crisis card; the zero Voice gives English

	LinesOnly bool // of Dir, only the packs of crisis lines are read
}

// optionValues are the possible values of an option; nil if there is no such option.
func optionValues(name string) []string {
	switch name {
	case "outside-contact": // it has no default: until the clinic chooses, there is no such card
		return []string{"discouraged", "allowed"}
	case "overdose-companions":
		return []string{"off", "on"}
	}
	return nil
}

// Kinds gives every kind of card in the order they are listed.
func Kinds() []Kind {
	return []Kind{Foundation, Strategy, Challenge, Agreement, Confidentiality, Contact, Concern, Crisis, Privacy, Panel, Limits, Session}
}

// English is the language that every other falls back to.
const English = "en"

// isLang reports whether the name of a folder is a language, a BCP 47 tag.
func isLang(name string) bool { return langTag.MatchString(name) }

var langTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// catalogue is the name of the file with sentences that may be beside the cards of a language.
const catalogue = "words.po"

// Wider is the next wider language: "es" for "es-MX". It is "" if there is none; then English is
// used.
func Wider(lang string) string { return lang[:max(0, strings.LastIndex(lang, "-"))] }

// Library is a set of cards, read once and never changed: it may be used by
// many goroutines.
type Library struct {
	langs   []string // English first, the others sorted
	cards   map[name]Card
	drafts  map[name]*draft
	ordered []Card            // as All gives them
	kinds   map[Kind][]string // the IDs of a kind, as they are posted: the first reason of each agreement, then the second of each
	own     map[string]bool   // languages whose limits text is the clinic's own
	lines   Lines             // whom to call in a crisis, with the clinic's packs
	without Lines             // the same, with the program's floor instead of the clinic's
	set     map[string]string // the clinic's choices
	voice   Voice
	broken  []Finding         // packs that cannot be used
	notes   []Finding         // cards of the clinic's that change more than their own words
	contact map[string]string // hash of the compiled-in contact card, by language
}

type name struct{ lang, id string }

// Load reads the shipped cards and those of Options.Dir. A file there replaces the shipped card of
// the same ID and language, or adds a card. The error joins all problems, each "file:line:
// reason". A pack of crisis lines that cannot be used is no error: Load leaves it out, and Lint
// reports it.
func Load(o Options) (*Library, error) {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(o.Set)) {
		if values := optionValues(key); values == nil {
			problems = append(problems, fmt.Errorf("unknown content option %q", key))
		} else if !slices.Contains(values, o.Set[key]) {
			problems = append(problems, fmt.Errorf("content option %s is one of %s, not %q", key, strings.Join(values, ", "), o.Set[key]))
		}
	}
	sub, err := fs.Sub(shipped, "cards")
	if err != nil {
		return nil, err
	}
	drafts, errs := readAll(sub, "content/cards")
	problems = append(problems, errs...)
	l := &Library{cards: map[name]Card{}, own: map[string]bool{}, contact: map[string]string{}, set: o.Set, voice: o.Voice}
	for key, d := range drafts {
		if key.id == "contact" {
			l.contact[key.lang] = hash(d.card)
		}
	}
	var replaced []replacement
	if o.Dir != nil && !o.LinesOnly {
		shipped := maps.Clone(drafts)
		errs := l.overlay(drafts, o)
		replaced = replacements(drafts, shipped)
		problems = append(problems, errs...)
	}
	if err := l.readLines(o); err != nil {
		return nil, err
	}
	problems = append(problems, consistent(drafts)...)
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	l.langs = languages(drafts, o.Langs)
	l.assemble(drafts, o)
	l.noteReplaced(replaced, drafts)
	return l, nil
}

// languages are the languages of the cards, and the further ones, English first.
func languages(drafts map[name]*draft, further []string) []string {
	seen := map[string]bool{}
	for key := range drafts {
		seen[key.lang] = true
	}
	for _, lang := range further {
		seen[lang] = true
	}
	delete(seen, English)
	return append([]string{English}, slices.Sorted(maps.Keys(seen))...)
}

// readAll reads the files LANG/ID.md. It skips names that start with a dot, and a README beside
// the language folders. called is the folder's name in messages.
func readAll(dir fs.FS, called string) (map[name]*draft, []error) {
	drafts := map[name]*draft{}
	var problems []error
	refuse := func(file, reason string) {
		problems = append(problems, &Problem{File: path.Join(called, file), Line: 1, Reason: reason})
	}
	count := 0
	err := fs.WalkDir(dir, ".", func(file string, e fs.DirEntry, err error) error {
		lang, base, nested := strings.Cut(file, "/")
		switch {
		case err != nil && file == ".":
			return err
		case err != nil:
			refuse(file, unread(err))
			return fs.SkipDir
		case file == ".":
			return nil
		case strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir() && !nested && isRegion(dir, file):
			return fs.SkipDir // readLines reads it
		case e.IsDir():
			if nested || !isLang(file) {
				refuse(file, "unknown language folder: it is named by the language's tag, such as es/ or pt-BR/")
				return fs.SkipDir
			}
			return nil
		case file == "README.md" || nested && base == catalogue || file == crisisFile:
			return nil
		case !nested || path.Ext(base) != ".md":
			refuse(file, "not a card: cards are LANGUAGE/ID.md, such as en/agreement-pass.md")
			return nil
		}
		if count++; count > maxFiles {
			refuse(file, fmt.Sprintf("more than %d files", maxFiles))
			return fs.SkipAll
		}
		text, err := readFile(dir, file)
		if err != nil {
			refuse(file, unread(err))
			return nil
		}
		d, err := parse(path.Join(called, file), lang, text)
		if err != nil {
			problems = append(problems, err)
			return nil
		}
		if d.card.ID+".md" != base {
			refuse(file, fmt.Sprintf("id %q does not match the file's name", d.card.ID))
			return nil
		}
		drafts[name{lang, d.card.ID}] = d
		return nil
	})
	if err != nil {
		problems = append(problems, fmt.Errorf("%s: %w", called, err))
	}
	return drafts, problems
}

// unread says in plain words why a file or folder could not be read, and what to do.
func unread(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return "it cannot be read: give the user that runs this program the right to read it"
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err // the file is named already
	}
	return fmt.Sprintf("it cannot be read (%v)", err)
}

// readFile reads a file. It does not read one larger than maxFile: it returns maxFile+1 zero bytes.
func readFile(dir fs.FS, file string) ([]byte, error) {
	info, err := fs.Stat(dir, file)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return make([]byte, maxFile+1), nil // the caller refuses this size
	}
	return fs.ReadFile(dir, file)
}

// overlay replaces shipped cards by the clinic's own, and adds further ones.
func (l *Library) overlay(drafts map[name]*draft, o Options) []error {
	called := cmp.Or(o.DirName, "content directory")
	own, problems := readAll(o.Dir, called)
	for _, region := range slices.Backward(regions(o.Dir)) { // more local regions first
		sub, err := fs.Sub(o.Dir, region)
		if err != nil {
			return append(problems, err)
		}
		local, errs := readAll(sub, path.Join(called, region))
		problems = append(problems, errs...)
		for key, d := range local {
			if own[key] == nil {
				own[key] = d
			}
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(own), byName) {
		d := own[key]
		d.own = true
		old, replaces := drafts[key]
		if !replaces {
			old, replaces = drafts[name{English, key.id}]
		}
		switch {
		case key.id == "crisis" || d.card.Kind == Crisis:
			d.refuse(1, "the crisis card is part of the program and cannot be replaced")
		case d.withdrawn && !replaces:
			d.refuse(1, "there is no shipped card %q to withdraw", key.id)
		case d.withdrawn && slices.Contains([]Kind{Contact, Concern, Privacy, Limits, Session}, old.card.Kind):
			d.refuse(1, "the card %q can be replaced but not withdrawn", key.id)
		case d.withdrawn && key.lang == English: // other languages fall back to the English card
			maps.DeleteFunc(drafts, func(n name, _ *draft) bool { return n.id == key.id })
		case d.withdrawn:
			delete(drafts, key)
		case replaces && old.card.Kind != d.card.Kind:
			d.refuse(1, "the card %q is of kind %q", key.id, old.card.Kind)
		default:
			drafts[key] = d
			if d.card.Kind == Limits {
				l.own[key.lang] = true
			}
		}
		problems = append(problems, d.problems...)
	}
	return problems
}

// consistent checks rules that concern several cards.
func consistent(drafts map[name]*draft) []error {
	var problems []error
	for _, key := range slices.SortedFunc(maps.Keys(drafts), byName) {
		d := drafts[key]
		before := len(d.problems)
		en, ok := drafts[name{English, key.id}]
		switch {
		case d.withdrawn:
			d.refuse(1, "only a card in CONTENT_DIR can withdraw another")
		case !ok:
			d.refuse(1, "there is no English card %q, which every language falls back to", key.id)
		case en.card.Kind != d.card.Kind:
			d.refuse(1, "the English card %q is of kind %q", key.id, en.card.Kind)
		case d.own && len(d.reasons) > len(en.reasons):
			d.refuse(1, "the English card %q has fewer reasons, %d of %d", key.id, 1+len(en.reasons), 1+len(d.reasons))
		case en.option != d.option:
			d.refuse(1, "the English card %q has the option %q", key.id, en.option)
		case (d.card.Kind == Limits) != (key.id == "limits"):
			d.refuse(1, "the limits text is the one card \"limits\" of kind %q", Limits)
		case d.card.Kind == Limits && (d.limits || len(d.card.Sections) > 0):
			d.refuse(1, "the limits text has no sections and carries no limits")
		case !d.withdrawn && wrongSlots(d.card) != "":
			d.refuse(1, "%s", wrongSlots(d.card))
		}
		for _, r := range d.reasons {
			if other, ok := drafts[name{key.lang, r.card.ID}]; ok {
				d.refuse(r.title, "%s has the id %q of this reason", other.card.File, r.card.ID)
			}
		}
		problems = append(problems, d.problems[before:]...)
	}
	return problems
}

// assemble completes the cards, without those whose option the clinic has not chosen.
func (l *Library) assemble(drafts map[name]*draft, o Options) {
	l.drafts = map[name]*draft{}
	for key, d := range drafts {
		option, value, _ := strings.Cut(d.option, "=")
		if option != "" && o.Set[option] != value {
			continue
		}
		limits := limitsFor(drafts, key.lang)
		// If the clinic's English agreement has fewer reasons than the shipped translation,
		// the further translated reasons are left out.
		reasons := d.reasons[:min(len(d.reasons), len(drafts[name{English, key.id}].reasons))]
		for _, d := range append([]*draft{d}, reasons...) {
			c := d.card
			if d.limits {
				c.Limits = limits.card.Answer
			}
			c.Hash = hash(c)
			c.Exempt = c.ID == "contact" && c.Hash == l.contact[c.Lang]
			l.cards[name{key.lang, c.ID}] = numbersInOrder(c)
			l.drafts[name{key.lang, c.ID}] = d
		}
	}
	for _, lang := range l.langs {
		c := l.lines.Card(lang, l.set, l.voice, nil, time.Time{})
		l.cards[name{c.Lang, c.ID}] = c
	}
	l.ordered = slices.SortedFunc(maps.Values(l.cards), func(a, b Card) int {
		return cmp.Or(
			cmp.Compare(slices.Index(l.langs, a.Lang), slices.Index(l.langs, b.Lang)),
			byKind(a, b),
		)
	})
	l.kinds = make(map[Kind][]string)
	for _, c := range l.ordered {
		if c.Lang == "en" {
			l.kinds[c.Kind] = append(l.kinds[c.Kind], c.ID)
		}
	}
}

// limitsFor is the limits text for cards in a language: that of the language, of the next wider
// one that has it, or the English.
func limitsFor(drafts map[name]*draft, lang string) *draft {
	for ; lang != ""; lang = Wider(lang) {
		if d, ok := drafts[name{lang, "limits"}]; ok {
			return d
		}
	}
	return drafts[name{English, "limits"}]
}

func byName(a, b name) int {
	return cmp.Or(cmp.Compare(a.lang, b.lang), cmp.Compare(a.id, b.id))
}

func byKind(a, b Card) int {
	return cmp.Or(
		cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind)),
		cmp.Compare(a.Order, b.Order),
		cmp.Compare(a.ID, b.ID),
	)
}

// Card is a card in a language, in the next wider one that has it, or in English.
func (l *Library) Card(id, lang string) (Card, bool) {
	if c, ok := l.Spoken(id, lang); ok {
		return c, true
	}
	return l.Exact(id, English)
}

// Spoken is a card in a language, or in the next wider one that has it, such as es for es-MX. It
// does not fall back to English.
func (l *Library) Spoken(id, lang string) (Card, bool) {
	for ; lang != ""; lang = Wider(lang) {
		if c, ok := l.Exact(id, lang); ok {
			return c, true
		}
	}
	return Card{}, false
}

// Exact is a card in exactly this language.
func (l *Library) Exact(id, lang string) (Card, bool) {
	c, ok := l.cards[name{lang, id}]
	return c, ok
}

// Cards gives the cards of a kind in order, each in the language or in English.
// Of several reasons for one agreement it returns only the first.
func (l *Library) Cards(kind Kind, lang string) []Card {
	var out []Card
	for _, c := range l.ordered {
		if c.Lang == English && c.Kind == kind && c.Base == "" {
			c, _ = l.Card(c.ID, lang)
			out = append(out, c)
		}
	}
	return out
}

// Reasons returns a card and the cards with further reasons for the same agreement, each in the
// language or in English.
func (l *Library) Reasons(id, lang string) []Card {
	var out []Card
	for _, c := range l.ordered {
		if c.Lang == English && (c.ID == id || c.Base == id) {
			c, _ = l.Card(c.ID, lang)
			out = append(out, c)
		}
	}
	return out
}

// All gives every card in every language, by language, kind and order. English
// comes first.
func (l *Library) All() []Card { return slices.Clone(l.ordered) }

// Langs are the languages of the cards, and Options.Langs, English first.
func (l *Library) Langs() []string { return slices.Clone(l.langs) }

// DefaultLimits reports whether the limits text of at least one language is still the shipped
// one, not the clinic's.
func (l *Library) DefaultLimits() bool {
	return slices.ContainsFunc(l.langs, func(lang string) bool {
		_, has := l.cards[name{lang, "limits"}]
		return has && !l.own[lang]
	})
}
