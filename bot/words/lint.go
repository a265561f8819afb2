package words

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leonelquinteros/gotext/plurals"

	"circlekeeper/content"
)

// What a sentence is used for, as the template tells translators. It limits the length.
const (
	noteButton      = "button"
	noteLabel       = "field"
	noteTitle       = "form"
	noteDescription = "description"
)

// limits is how many characters the platforms show, by a note of the template.
// https://docs.discord.com/developers/interactions/application-commands and
// https://docs.slack.dev/reference/block-kit
func limits(note string) int {
	switch note {
	case noteButton:
		return 75
	case noteLabel:
		return 45
	case noteTitle:
		return 24
	case noteDescription:
		return 100
	}
	return 0
}

// isCommandName reports whether Discord accepts a text as the name of a command or argument: at
// most 32 letters, digits and signs. A regular expression for it would take 0.7 MB.
func isCommandName(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= 32 && strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("-_'", r) && !unicode.In(r, unicode.L, unicode.M, unicode.N)
	}) < 0
}

// Untranslated is the rule of findings that are no faults: readers get the sentence in
// English.
const Untranslated = "untranslated"

// Lint says what is wrong with the catalogues of the program and of the clinic. If the program
// has a catalogue for a language, the clinic's catalogue for it, or for one of its countries, may
// have only the sentences that it corrects.
func Lint(o Options) ([]content.Finding, error) {
	whole := make(map[string]bool) // languages that the program speaks by itself
	return o.lint(func(s shelf) (reads, lacks bool) {
		lacks = !whole[s.lang] && !whole[Base(s.lang)] && Base(s.lang) != English
		whole[s.lang] = whole[s.lang] || !s.own
		return true, lacks
	})
}

// Faults says why the clinic's own catalogues cannot be used. A missing sentence is no fault.
func Faults(o Options) ([]content.Finding, error) {
	return o.lint(func(s shelf) (reads, lacks bool) { return s.own, false })
}

// lint checks catalogues. of says for each whether lint reads it, and whether it reports missing
// sentences.
func (o Options) lint(of func(shelf) (reads, lacks bool)) ([]content.Finding, error) {
	template, err := Template()
	if err != nil {
		return nil, err
	}
	shelves, err := o.shelves()
	if err != nil {
		return nil, err
	}
	var out []content.Finding
	for _, s := range shelves {
		reads, lacks := of(s)
		if !reads {
			continue
		}
		text, err := fs.ReadFile(s.folder, s.file)
		if err != nil {
			return nil, err
		}
		out = append(out, lint(string(text), s.name, s.lang, template, lacks)...)
	}
	return out, nil
}

// Template is every sentence that can be said, in English.
func Template() ([]Entry, error) {
	text, err := fs.ReadFile(embedded, "po/circlekeeper.pot")
	if err != nil {
		return nil, err
	}
	all, _ := scan(string(text))
	return slices.DeleteFunc(all, func(e Entry) bool { return e.Key == "" }), nil
}

func lint(text, file, lang string, template []Entry, whole bool) []content.Finding {
	var out []content.Finding
	add := func(rule string, line int, format string, args ...any) {
		out = append(out, content.Finding{File: file, Line: line, Lang: lang, Rule: rule, Message: fmt.Sprintf(format, args...)})
	}
	report := func(line int, format string, args ...any) { add("catalogue", line, format, args...) }
	all, faults := scan(text)
	for _, f := range faults {
		report(f.line, "%s", f.reason)
	}
	said := make(map[entry]Entry)
	for _, e := range template {
		said[entry{e.Context, e.Key}] = e
	}
	var forms pluralRule
	header := false
	there := make(map[entry]bool)
	for _, e := range all {
		if e.Key == "" {
			header = true
			forms = readPluralRule(strings.Join(e.Texts, ""))
			continue
		}
		own, known := said[entry{e.Context, e.Key}]
		switch {
		case there[entry{e.Context, e.Key}]:
			report(e.Line, "stands twice: %q", e.Key)
		case !known:
			report(e.Line, "is said nowhere: %q", e.Key)
		case grammar(lang, e):
			report(e.Line, "cannot be said otherwise, because it is read again when it stands in a form: %q", e.Key)
		case e.Fuzzy:
			report(e.Line, "is marked as fuzzy, so it is not said: %q", e.Key)
		case strings.Join(e.Texts, "") == "":
			if whole {
				add(Untranslated, e.Line, "is not translated, so that readers get English: %q", e.Key)
			}
		default:
			for _, reason := range amiss(e, own, forms) {
				report(e.Line, "%s: %q", reason, e.Key)
			}
		}
		there[entry{e.Context, e.Key}] = true
	}
	if !header {
		report(1, "the header is missing: begin with msgid \"\" and msgstr \"Content-Type: text/plain; charset=UTF-8\\n\"")
	}
	for _, e := range template {
		// A label in a context may use the translation of the same text without one.
		if whole && !grammar(lang, e) && !there[entry{e.Context, e.Key}] && (e.Context == "" || !there[entry{"", e.Key}]) {
			add(Untranslated, 1, "is missing, so that readers get English: %q", strings.TrimLeft(e.Context+": "+e.Key, ": "))
		}
	}
	return out
}

// grammar reports whether a text is one of those for rules that the scheduler itself says in this
// language.
func grammar(lang string, e Entry) bool {
	return (Base(lang) == English || Base(lang) == "es") && (e.Context == "rule" || strings.HasPrefix(e.Context, "rule, "))
}

var pluralForms = regexp.MustCompile(`(?m)^Plural-Forms:\s*nplurals\s*=\s*(\d)(?:\s*;\s*plural\s*=([^;\n]*))?`)

// pluralRule is what a catalogue's header says of its plural forms.
type pluralRule struct {
	count int
	of    plurals.Expression // which form a number takes; nil where it is not told
}

func readPluralRule(header string) (r pluralRule) {
	if m := pluralForms.FindStringSubmatch(header); m != nil {
		r.count, _ = strconv.Atoi(m[1])
		r.of, _ = plurals.Compile(strings.TrimSpace(m[2]))
	}
	return r
}

// ofOneNumber tells whether a form is for a single number, so that it need not name it.
func (r pluralRule) ofOneNumber(form int) bool {
	n := 0
	for i := range uint32(200) {
		if r.of != nil && r.of.Eval(i) == form {
			n++
		}
	}
	return n == 1
}

// amiss says what is wrong with a sentence's translation.
func amiss(e, own Entry, forms pluralRule) (reasons []string) {
	switch {
	case e.Plural != own.Plural:
		return []string{"has another plural than the program"}
	case e.Plural != "" && len(e.Texts) != forms.count:
		return []string{fmt.Sprintf("has %d plural forms, the header says %d", len(e.Texts), forms.count)}
	}
	for i, text := range e.Texts {
		switch {
		case text == "":
			reasons = append(reasons, "is not translated")
			continue
		case e.Plural == "":
			reasons = append(reasons, otherValues(e.Key, text)...)
		case i > 0 && !forms.ofOneNumber(i): // "an hour", or in Hebrew a word for two hours
			reasons = append(reasons, otherValues(e.Plural, text)...)
		}
		if names(e.Context) && (!isCommandName(text) || strings.ToLower(text) != text) {
			reasons = append(reasons, "a name is at most 32 lower-case letters, digits or hyphens")
		}
		if len(content.Marks(e.Key)) == 0 {
			reasons = append(reasons, content.Marks(text)...)
		}
		for _, note := range own.Notes {
			if most := limits(note); most > 0 && utf8.RuneCountInString(text) > most {
				reasons = append(reasons, fmt.Sprintf("has %d characters; platforms show %d in a %s", utf8.RuneCountInString(text), most, note))
			}
		}
	}
	return reasons
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?([a-zA-Z])`)

// otherValues says which placeholders of the English a translation lacks, and which of its own
// the English does not have.
func otherValues(english, text string) []string {
	want, has := verbs(english), verbs(text)
	var differs []string
	for _, at := range slices.Sorted(maps.Keys(want)) {
		if has[at] != want[at] {
			differs = append(differs, fmt.Sprintf("it lacks %%[%d]%s", at, want[at]))
		}
	}
	for _, at := range slices.Sorted(maps.Keys(has)) {
		if has[at] != want[at] {
			differs = append(differs, fmt.Sprintf("%%[%d]%s is too many", at, has[at]))
		}
	}
	if len(differs) == 0 {
		return nil
	}
	return []string{"takes other values than the English: " + strings.Join(differs, ", ")}
}

// verbs are the formatting verbs of a sentence, by the position of the argument, from 1.
func verbs(format string) map[int]string {
	out := make(map[int]string)
	at := 1
	for _, m := range verb.FindAllStringSubmatch(strings.ReplaceAll(format, "%%", ""), -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			at = n
		}
		out[at] = m[2]
		at++
	}
	return out
}
