package content

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Bounds on what is read from a content directory.
const (
	maxFile  = 64 << 10
	maxFiles = 1000
	maxOrder = 9999
)

// Problem is something wrong at one place of a content directory.
type Problem struct {
	File   string
	Line   int // from 1
	Reason string
}

func (p *Problem) Error() string {
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
}

// draft is a card as its file has it, before the library adds the limits text and the hash.
type draft struct {
	card      Card
	limits    bool   // the library adds the limits text
	option    string // "name=value", or empty
	withdrawn bool
	title     int      // line of the title
	lines     []int    // line of each block: the answer's, then each section's
	sections  []int    // line of each section's heading
	reasons   []*draft // further reasons for the same agreement, each a card of its own
	own       bool     // from the clinic's directory
	problems  []error
}

func (d *draft) refuse(line int, format string, args ...any) {
	d.problems = append(d.problems, &Problem{File: d.card.File, Line: line, Reason: fmt.Sprintf(format, args...)})
}

// parse reads one file. lang is the name of its folder.
func parse(file, lang string, text []byte) (*draft, error) {
	d := &draft{card: Card{Lang: lang, File: file}}
	if src, ok := d.decode(text); ok {
		if head, body, bodyLine, ok := d.split(src); ok {
			d.frontMatter(head)
			d.body(body, bodyLine)
		}
	}
	return d, errors.Join(d.problems...)
}

// decode makes all line endings \n, drops a byte order mark, and refuses characters that a reviewer
// could not see in the text that they sign.
func (d *draft) decode(text []byte) ([]byte, bool) {
	if len(text) > maxFile {
		d.refuse(1, "larger than %d KiB", maxFile>>10)
		return nil, false
	}
	src := bytes.TrimPrefix(text, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	line := 1
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		switch {
		case r == '\n':
			line++
		case r == utf8.RuneError && size == 1:
			d.refuse(line, "not valid UTF-8")
			return nil, false
		case Invisible(r) && r != '\t':
			d.refuse(line, "holds the invisible character %U", r)
			return nil, false
		}
		i += size
	}
	return src, true
}

// Invisible reports whether a character cannot be seen and may change how the text around it reads:
// control characters, marks that change the direction of writing, spaces without width.
func Invisible(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// split separates the front matter from the body. The front matter keeps its first line "---", so
// that line numbers of the YAML parser are those of the file.
func (d *draft) split(src []byte) (head, body []byte, bodyLine int, ok bool) {
	if !bytes.HasPrefix(src, []byte("---\n")) {
		d.refuse(1, "no front matter: the file must start with a line ---")
		return nil, nil, 0, false
	}
	for at := 4; at < len(src); {
		end := len(src)
		if n := bytes.IndexByte(src[at:], '\n'); n >= 0 {
			end = at + n + 1
		}
		if string(bytes.TrimRight(src[at:end], " \t\n")) == "---" {
			return src[:at], src[end:], 1 + bytes.Count(src[:end], []byte("\n")), true
		}
		at = end
	}
	d.refuse(1, "the front matter has no closing line ---")
	return nil, nil, 0, false
}

func (d *draft) frontMatter(head []byte) {
	var doc yaml.Node
	if err := yaml.Unmarshal(head, &doc); err != nil {
		line, reason := yamlFault(err)
		d.refuse(line, "front matter: %s", reason)
		return
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		d.refuse(1, "front matter: write one \"key: value\" on each line")
		return
	}
	seen := map[string]int{}
	pairs := doc.Content[0].Content
	for i := 0; i+1 < len(pairs); i += 2 {
		key, value := pairs[i], pairs[i+1]
		if seen[key.Value] != 0 {
			d.refuse(key.Line, "%q stands twice", key.Value)
			continue
		}
		seen[key.Value] = key.Line
		d.field(key, value)
	}
	required := []string{"id", "kind", "title", "source", "order"}
	if d.withdrawn {
		required = required[:1]
	}
	for _, key := range required {
		if seen[key] == 0 {
			d.refuse(1, "front matter lacks %q", key)
		}
	}
	d.title = max(1, seen["title"])
}

// kindsToWrite names the kinds of cards that a file may have.
func kindsToWrite() string {
	var out []string
	for _, k := range Kinds() {
		if k != Crisis { // the crisis card is made of packs
			out = append(out, string(k))
		}
	}
	return strings.Join(out, ", ")
}

// field sets one value of the front matter.
func (d *draft) field(key, value *yaml.Node) {
	tag := "!!str"
	switch key.Value {
	case "order":
		tag = "!!int"
	case "draft", "limits", "withdrawn":
		tag = "!!bool"
	case "id", "kind", "title", "source", "option", "also":
	default:
		d.refuse(key.Line, "unknown key %q: known are id, kind, title, source, also, order, limits, draft, option, withdrawn", key.Value)
		return
	}
	if value.Kind != yaml.ScalarNode || value.Tag != tag || value.Anchor != "" {
		d.refuse(value.Line, "%q takes %s", key.Value, map[string]string{
			"!!str": "text (in quotes, if YAML takes it for something else)", "!!int": "a number", "!!bool": "true or false",
		}[tag])
		return
	}
	text := fold(value.Value)
	if strings.ContainsFunc(text, Invisible) {
		d.refuse(value.Line, "%q holds an invisible character", key.Value)
		return
	}
	yes := strings.EqualFold(value.Value, "true")
	switch key.Value {
	case "id":
		d.card.ID = text
		if !validID(text) {
			d.refuse(value.Line, "id %q: use at most 40 lower-case letters, digits and hyphens", text)
		}
	case "kind":
		d.card.Kind = Kind(text)
		if !slices.Contains(Kinds(), d.card.Kind) {
			d.refuse(value.Line, "unknown kind %q: known are %s", text, kindsToWrite())
		}
	case "title":
		d.card.Title = text
		if text == "" || utf8.RuneCountInString(text) > 100 {
			d.refuse(value.Line, "the title has 1 to 100 characters")
		}
	case "source":
		d.card.Source = text
		if text == "" || utf8.RuneCountInString(text) > 500 {
			d.refuse(value.Line, "the source has 1 to 500 characters")
		}
	case "order":
		n, err := strconv.Atoi(value.Value)
		if err != nil || n < 0 || n > maxOrder {
			d.refuse(value.Line, "the order is a number from 0 to %d", maxOrder)
		}
		d.card.Order = n
	case "also":
		d.card.Also = text
		if utf8.RuneCountInString(text) > 200 {
			d.refuse(value.Line, "also has at most 200 characters")
		}
	case "option":
		d.option = text
		if name, set, _ := strings.Cut(text, "="); !slices.Contains(optionValues(name), set) {
			d.refuse(value.Line, "unknown option %q", text)
		}
	case "draft":
		d.card.Draft = yes
	case "limits":
		d.limits = yes
	case "withdrawn":
		d.withdrawn = yes
	}
}

func validID(s string) bool {
	return s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" &&
		s[0] != '-' && s[len(s)-1] != '-'
}

// fold makes every run of spaces and line ends one space.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }), " ")
}

// yamlFault makes a line and a reason of an error of the YAML parser. The reason says what to look
// for, and to look above the line too: the parser often notices a fault only some lines after it.
func yamlFault(err error) (line int, reason string) {
	line, reason = yamlLine(err)
	return line, fmt.Sprintf("it cannot be read as YAML: look, here or above, for a quotation mark or bracket that is not closed, a value with a colon that needs quotation marks, or a wrong indentation (%s)", reason)
}

func yamlLine(err error) (line int, reason string) {
	reason = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(reason, "line "); ok {
		if number, tail, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				// The parser, unlike the scanner below it, counts lines from 0.
				for _, own := range []string{"key", "'-'", "node", "','", "<document"} {
					if strings.Contains(tail, "did not find expected "+own) {
						n++
						break
					}
				}
				return max(1, n), tail
			}
		}
	}
	return 1, reason
}
