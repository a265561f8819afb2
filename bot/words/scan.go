package words

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Entry is one sentence of a catalogue.
type Entry struct {
	Line    int    // in its file, from 1
	Context string // of a short label; mostly empty
	Key     string // in English
	Plural  string // the English for several; mostly empty
	Texts   []string
	Notes   []string // for translators, from the template: "button"
	Fuzzy   bool     // its translator was not sure
}

// fault is a line that cannot be read.
type fault struct {
	line   int
	reason string
}

var field = regexp.MustCompile(`^(msgctxt|msgid|msgid_plural|msgstr|msgstr\[(\d+)\]) +(".*")$`)

// scan reads a gettext PO file for lint, which needs the line of each sentence. The texts that
// people read come from gotext, not from here.
func scan(text string) (all []Entry, faults []fault) {
	var e Entry
	var to *string
	done := func() {
		if e.Texts != nil {
			all = append(all, e)
		}
		e, to = Entry{}, nil
	}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		m := field.FindStringSubmatch(line)
		switch {
		case line == "":
			done()
		case strings.HasPrefix(line, "#"):
			if e.Texts != nil {
				done()
			}
			if note, ok := strings.CutPrefix(line, "#. "); ok {
				e.Notes = append(e.Notes, note)
			}
			e.Fuzzy = e.Fuzzy || strings.HasPrefix(line, "#,") && strings.Contains(line, "fuzzy")
		case m != nil:
			if e.Texts != nil && (m[1] == "msgctxt" || m[1] == "msgid") {
				done()
			}
			switch m[1] {
			case "msgctxt":
				to = &e.Context
			case "msgid":
				to, e.Line = &e.Key, i+1
			case "msgid_plural":
				to = &e.Plural
			default:
				e.Texts = append(e.Texts, "")
				to = &e.Texts[len(e.Texts)-1]
				if m[2] != "" && m[2] != strconv.Itoa(len(e.Texts)-1) {
					faults = append(faults, fault{i + 1, fmt.Sprintf("msgstr[%d] is due here", len(e.Texts)-1)})
				}
			}
			add(to, m[3], i+1, &faults)
		case strings.HasPrefix(line, `"`) && to != nil:
			add(to, line, i+1, &faults)
		default:
			faults = append(faults, fault{i + 1, "not a line of a gettext catalogue"})
		}
	}
	done()
	return all, faults
}

func add(to *string, quoted string, line int, faults *[]fault) {
	s, err := strconv.Unquote(quoted)
	if err != nil {
		*faults = append(*faults, fault{line, "the quotes or backslashes are wrong"})
	}
	*to += s
}
