package content

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

//go:embed packs
var builtIn embed.FS

// crisisFile is the name of the file, in a region's folder, that says whom to call there.
const crisisFile = "crisis.yaml"

// pack is the crisis lines of one region.
type pack struct {
	region  string
	file    string
	country string // the region's first part: "us" of "us-ca-los-angeles"
	own     bool   // from the clinic's directory

	floor   []CrisisEntry // the lines that are never taken away; empty if the pack brings none
	steps   []phrase      // what to do until help comes; a part of the floor
	note    phrase        // the sentence below the list; the most local pack's is used
	entries []CrisisEntry
}

// phrase is a sentence by language. It always has English, which is also the key in the catalogues
// for languages that it lacks.
type phrase map[string]string

var regionTag = regexp.MustCompile(`^[a-z]{2}(-[a-z0-9]+){0,4}$`)

// isRegion reports whether a folder has a file crisisFile.
func isRegion(dir fs.FS, folder string) bool {
	info, err := fs.Stat(dir, path.Join(folder, crisisFile))
	return err == nil && !info.IsDir()
}

// readPack reads a region's crisis entries. The error joins all problems.
func readPack(dir fs.FS, region, called string) (pack, error) {
	r := packReader{pack: pack{region: region, file: path.Join(called, region, crisisFile)}}
	r.country, _, _ = strings.Cut(region, "-")
	if !regionTag.MatchString(region) {
		r.refuse(1, "unknown region folder %q: it is named by country, state and place, such as us-ny-new-york", region)
	}
	text, err := readFile(dir, path.Join(region, crisisFile))
	if err != nil {
		return pack{}, err
	}
	d := draft{card: Card{File: r.file}}
	src, ok := d.decode(text)
	r.problems = append(r.problems, d.problems...)
	if ok {
		r.read(src)
	}
	return r.pack, errors.Join(r.problems...)
}

// packReader reads one file of crisis entries.
type packReader struct {
	pack
	ids      []string
	problems []error
}

func (r *packReader) refuse(line int, format string, args ...any) {
	r.problems = append(r.problems, &Problem{File: r.file, Line: max(1, line), Reason: fmt.Sprintf(format, args...)})
}

func (r *packReader) read(src []byte) {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		line, reason := yamlFault(err)
		r.refuse(line, "%s", reason)
		return
	}
	if len(doc.Content) != 1 {
		r.refuse(1, "the file says nothing: it lists entries")
		return
	}
	all := r.fields(doc.Content[0], "floor", "note", "entries")
	if n := all["floor"]; n != nil {
		floor := r.fields(n, "entries", "steps")
		if r.region != r.country {
			r.refuse(n.Line, "a floor is a country's: it stands in %s/%s", r.country, crisisFile)
		}
		r.floor = r.entriesOf(floor["entries"])
		for _, step := range r.list(floor["steps"]) {
			r.steps = append(r.steps, r.phrase(step))
		}
		if len(r.floor) == 0 || len(r.floor) > 0 && r.floor[0].First == nil {
			r.refuse(n.Line, "a floor has entries, and its first one says \"first\", the card's first line")
		}
		for _, e := range r.floor {
			if !slices.ContainsFunc(e.Ways, func(w Way) bool { return w.Calls }) {
				r.refuse(n.Line, "the line %q of a floor has a number to call", e.ID)
			}
		}
	}
	if n := all["note"]; n != nil {
		r.note = r.phrase(n)
	}
	r.entries = r.entriesOf(all["entries"])
	if all["entries"] == nil && r.floor == nil {
		r.refuse(1, "lacks \"entries\"; an empty list, [], takes those of the program away")
	}
	for _, e := range r.entries {
		if e.First != nil {
			r.refuse(1, "only lines of a floor are said first: %q", e.ID)
		}
	}
}

// fields are the values of a mapping by their keys.
func (r *packReader) fields(n *yaml.Node, known ...string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		r.refuse(n.Line, "write \"key: value\" here, of: %s", strings.Join(known, ", "))
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case !slices.Contains(known, key.Value):
			r.refuse(key.Line, "unknown key %q: known are %s", key.Value, strings.Join(known, ", "))
		case out[key.Value] != nil:
			r.refuse(key.Line, "%q stands twice", key.Value)
		case value.Kind == yaml.AliasNode || value.Anchor != "":
			r.refuse(value.Line, "write the value itself, without & or *")
		default:
			out[key.Value] = value
		}
	}
	return out
}

func (r *packReader) list(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) > maxLines {
		r.refuse(n.Line, "a list is due here, of at most %d", maxLines)
		return nil
	}
	return n.Content
}

// maxLines is the most lines that a pack may have: people who need help must find one quickly.
const maxLines = 20

func (r *packReader) text(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	text := fold(n.Value)
	if n.Kind != yaml.ScalarNode || text == "" || utf8.RuneCountInString(text) > 300 || strings.ContainsFunc(text, Invisible) {
		r.refuse(n.Line, "a text of 1 to 300 characters is due here")
		return ""
	}
	return text
}

func (r *packReader) texts(n *yaml.Node) (out []string) {
	for _, n := range r.list(n) {
		out = append(out, r.text(n))
	}
	return out
}

// phrase reads a sentence: a string in English, or a mapping from language to string.
func (r *packReader) phrase(n *yaml.Node) phrase {
	if n.Kind != yaml.MappingNode {
		return phrase{English: r.text(n)}
	}
	out := phrase{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		lang := n.Content[i].Value
		if !isLang(lang) || out[lang] != "" {
			r.refuse(n.Content[i].Line, "a sentence stands once under each language's tag, such as en or es")
		}
		out[lang] = r.text(n.Content[i+1])
	}
	if out[English] == "" {
		r.refuse(n.Line, "the English is missing: every language falls back to it")
	}
	return out
}

func (r *packReader) entriesOf(n *yaml.Node) (out []CrisisEntry) {
	for _, n := range r.list(n) {
		f := r.fields(n, "id", "name", "first", "what", "call", "text", "chat", "languages", "source", "option", "telephoned")
		e := CrisisEntry{ID: r.text(f["id"]), Name: r.text(f["name"]), Languages: r.texts(f["languages"]), Source: r.text(f["source"]), Option: r.text(f["option"]), Line: n.Line, File: r.file}
		for key, has := range map[string]bool{"id": e.ID != "", "name": e.Name != "", "languages": len(e.Languages) > 0, "source": e.Source != ""} {
			if !has {
				r.refuse(n.Line, "the entry lacks %q", key)
			}
		}
		if e.ID != "" && !validID(e.ID) || slices.Contains(r.ids, e.ID) {
			r.refuse(n.Line, "id %q: at most 40 lower-case letters, digits and hyphens, and once in a pack", e.ID)
		}
		r.ids = append(r.ids, e.ID)
		if option, set, _ := strings.Cut(e.Option, "="); e.Option != "" && !slices.Contains(optionValues(option), set) {
			r.refuse(f["option"].Line, "unknown option %q", e.Option)
		}
		r.ways(&e, f)
		for key, to := range map[string]*phrase{"first": &e.First, "what": &e.What} {
			if f[key] != nil {
				*to = r.phrase(f[key])
			}
		}
		r.says(e, n.Line)
		if f["telephoned"] != nil {
			e.Telephoned = r.telephoned(f["telephoned"])
		}
		out = append(out, e)
	}
	return out
}

// says checks that each sentence of an entry has its numbers, in every language.
func (r *packReader) says(e CrisisEntry, line int) {
	whole := e.What
	if whole == nil {
		whole = e.First
	}
	if whole == nil || len(e.Ways) == 0 {
		r.refuse(line, "the entry %q lacks \"what\", or a number: call, text or chat", e.ID)
	}
	for _, lang := range sorted(whole) {
		for _, w := range e.Ways {
			if !strings.Contains(whole[lang], w.Shown) {
				r.refuse(line, "the entry %q does not say %q in %q", e.ID, w.Shown, lang)
			}
		}
	}
	for _, lang := range sorted(e.First) {
		if !carries(e.First[English], e.First[lang], e.Ways) {
			r.refuse(line, "\"first\" of the entry %q lacks a number in %q", e.ID, lang)
		}
	}
}

// ways reads how a line is reached.
func (r *packReader) ways(e *CrisisEntry, f map[string]*yaml.Node) {
	for _, n := range r.list(f["call"]) {
		shown, dial := "", ""
		if n.Kind == yaml.MappingNode {
			both := r.fields(n, "shown", "dial")
			shown, dial = r.text(both["shown"]), r.text(both["dial"])
		} else {
			shown = r.text(n)
		}
		dial = cmp.Or(dial, dialledIn(r.country, shown))
		if !dialled.MatchString(dial) {
			r.refuse(n.Line, "number %q: write {shown: %q, dial: \"+…\"}, with its country code", shown, shown)
		}
		e.Ways = append(e.Ways, Way{Shown: shown, Link: "tel:" + dial, Calls: true})
	}
	for _, shown := range r.texts(f["text"]) {
		if !slices.ContainsFunc(e.Ways, func(w Way) bool { return w.Shown == shown }) {
			e.Ways = append(e.Ways, Way{Shown: shown})
		}
	}
	for _, n := range r.list(f["chat"]) {
		shown := r.text(n)
		if reason := badLink("https://" + shown); reason != "" {
			r.refuse(n.Line, "chat %q: %s", shown, reason)
		}
		e.Ways = append(e.Ways, Way{Shown: shown, Link: "https://" + shown})
	}
}

// dialledIn is the number to dial, with its country code, for a number that may be shown without
// one; "" if that is not known.
func dialledIn(country, shown string) string {
	all := digits(shown)
	switch {
	case len(all) <= 6:
		return all
	case strings.HasPrefix(shown, "+"):
		return "+" + all
	case country == "us" && len(all) == 10:
		return "+1" + all
	case country == "us" && len(all) == 11 && all[0] == '1':
		return "+" + all
	}
	return ""
}

// telephoned reads who called a line's numbers, when, and for how long that is good.
func (r *packReader) telephoned(n *yaml.Node) Telephoned {
	f := r.fields(n, "on", "by", "good_for")
	by, err := ParseReviewer(r.text(f["by"]))
	if err != nil {
		r.refuse(n.Line, "telephoned: %v", err)
	}
	on, err := time.Parse(time.DateOnly, r.text(f["on"]))
	if err != nil {
		r.refuse(n.Line, "telephoned: write the day as year, month and day, such as 2026-11-20")
	}
	t := Telephoned{On: on, By: by, GoodFor: maxStamp}
	if f["good_for"] != nil {
		var days int
		if _, err := fmt.Sscanf(r.text(f["good_for"]), "%d days", &days); err != nil || days < 1 || time.Duration(days)*24*time.Hour > maxStamp {
			r.refuse(n.Line, "telephoned: good_for is a number of days up to %d, such as 90 days", maxStamp/(24*time.Hour))
		}
		t.GoodFor = time.Duration(days) * 24 * time.Hour
	}
	return t
}

func sorted(p phrase) []string {
	var langs []string
	for lang := range p {
		langs = append(langs, lang)
	}
	slices.Sort(langs)
	return langs
}
