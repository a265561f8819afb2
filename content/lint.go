package content

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Finding is something in a card's text that should be mended.
type Finding struct {
	File    string
	Line    int // from 1
	Card    string
	Lang    string
	Rule    string // "length", "grade", "words", "phrases", "marks", "limits", "links", "sections", "sources", "contradiction", "repeated", "pack"
	Message string
}

// String is the finding on one line, as a compiler gives it.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s (%s)", f.File, f.Line, f.Message, f.Rule)
}

// Bounds, so that people can read a card on a phone.
const (
	maxAnswer  = 120 // words of a key answer
	maxCrisis  = 230 // words of the crisis card in any language, which hides nothing behind a button
	maxSection = 160 // words of a section
	maxGrade   = 8   // Flesch–Kincaid
	maxUrgent  = 6   // the same, for crisis, privacy and confidentiality
)

// banned are words that the bot never says in a language: words that reduce a person to an illness,
// and promises about an outcome or the law.
func banned(lang string) []string {
	switch lang {
	case "en":
		return strings.Split("addict,addicts,addicted,junkie,junkies,clean,abuse,abuses,abused,abuser,abusers,abusing,abusive,"+
			"violation,violations,violate,violates,violated,victim,victims,"+
			"cure,cures,cured,guarantee,guarantees,guaranteed,proven,hipaa compliant", ",")
	case "es":
		return strings.Split("adicto,adicta,adictos,adictas,drogadicto,drogadicta,drogadictos,drogadictas,yonqui,yonquis,"+
			"toxicómano,toxicómana,toxicómanos,toxicómanas,limpio,limpia,limpios,limpias,"+
			"abuso,abusos,abusar,abusa,abusó,abusador,abusadora,abusadores,abusadoras,violación,violaciones,violar,"+
			"víctima,víctimas,cura,curan,curar,garantiza,garantizan,garantizado,garantizada,garantía,garantías", ",")
	}
	return nil
}

// promises are words that a card may have only with the limits of confidentiality.
func promises(lang string) []string {
	switch lang {
	case "en":
		return []string{"confidential", "confidentially", "confidentiality", "in confidence", "private", "privately", "privacy",
			"safe", "safely", "safer", "safest", "safety", "secret", "secretly", "anonymous", "anonymously", "off the record"}
	case "es":
		return []string{"confidencial", "confidenciales", "confidencialmente", "confidencialidad",
			"privado", "privada", "privados", "privadas", "privadamente", "privacidad",
			"seguro", "segura", "seguros", "seguras", "seguridad",
			"secreto", "secreta", "en secreto", "anónimo", "anónima", "anónimamente"}
	}
	return nil
}

// Lint checks the text of every card against the rules for what the bot says. Load has already
// refused cards that cannot be shown, such as with a missing field or a bad link.
func (l *Library) Lint() []Finding {
	out := slices.Clone(l.broken)
	seen := map[string]string{}
	for _, c := range l.ordered {
		k := linter{Card: c, draft: l.drafts[name{c.Lang, c.ID}], library: l, seen: seen}
		k.whole()
		k.origin()
		k.part("the key answer", c.Answer, 0)
		first := len(c.Answer)
		for i, s := range c.Sections {
			k.words(s.Title, k.sectionLine(i))
			k.marks(k.sectionLine(i), s.Title)
			k.part(fmt.Sprintf("the section %q", s.Title), s.Blocks, first)
			first += len(s.Blocks)
		}
		out = append(out, k.found...)
	}
	return out
}

type linter struct {
	Card
	draft   *draft // nil for the compiled-in card
	library *Library
	seen    map[string]string // sentences of other cards, with the card
	found   []Finding
}

func (k *linter) report(line int, rule, format string, args ...any) {
	k.found = append(k.found, Finding{
		File: k.File, Line: max(1, line), Card: k.ID, Lang: k.Lang, Rule: rule, Message: fmt.Sprintf(format, args...),
	})
}

func (k *linter) titleLine() int {
	if k.draft == nil {
		return 1
	}
	return k.draft.title
}

func (k *linter) sectionLine(i int) int {
	if k.draft == nil {
		return 1
	}
	return k.draft.sections[i]
}

// line is the line of a block. block counts the blocks of the answer and then of the sections.
func (k *linter) line(block int) int {
	if k.draft == nil {
		return 1
	}
	return k.draft.lines[block]
}

// whole checks the card as a whole.
func (k *linter) whole() {
	k.words(k.Title, k.titleLine())
	k.marks(k.titleLine(), k.Title)
	if k.Kind == Limits && len(k.Answer) > 0 {
		k.short()
	}
	if k.Kind == Confidentiality && len(k.Limits) == 0 {
		k.report(k.titleLine(), "limits", "a reminder about confidentiality carries its limits: add \"limits: true\"")
	}
	if k.Kind != Strategy && k.Kind != Challenge {
		return
	}
	if !slices.ContainsFunc(k.Sections, func(s Section) bool { return s.ID == "facilitators" }) {
		k.report(k.titleLine(), "sections", "lacks a section {#facilitators}: something a facilitator can do")
	}
}

// part checks the answer or one section.
func (k *linter) part(called string, blocks []Block, first int) {
	most := maxSection
	if first == 0 {
		most = maxAnswer
		if k.Kind == Crisis {
			most = maxCrisis
		}
	}
	if n := Words(blocks); n > most {
		k.report(k.line(first), "length", "%s has %d words; at most %d", called, n, most)
	}
	grade := float64(maxGrade)
	if k.Kind == Crisis || k.Kind == Privacy || k.Kind == Confidentiality {
		grade = maxUrgent
	}
	if g := Grade(blocks); k.Lang == "en" && g > grade {
		k.report(k.line(first), "grade", "%s reads at grade %.1f; at most %.0f: shorter sentences and words help", called, g, grade)
	}
	for i, b := range blocks {
		k.words(Plain([]Block{b}), k.line(first+i))
		k.marks(k.line(first+i), textsOf(b)...)
		k.repeated(Plain([]Block{b}), k.line(first+i), k.seen)
		for s := range Spans(b) {
			if reason := badLink(s.Link); s.Link != "" && reason != "" {
				k.report(k.line(first+i), "links", "link %q: %s", s.Link, reason)
			}
		}
	}
}

// words checks a text for words that the bot never says, and for promises without the limits.
func (k *linter) words(text string, line int) {
	tokens := letters(text)
	for _, w := range banned(k.Lang) {
		if says(tokens, w) {
			k.report(line, "words", "never say %q", w)
		}
	}
	for _, w := range stiff(k.Lang) {
		if says(tokens, w) {
			k.report(line, "phrases", "readers stumble over %q: say it plainly", w)
		}
	}
	k.contradicts(tokens, line)
	if len(k.Limits) > 0 || k.Kind == Limits {
		return
	}
	for _, w := range promises(k.Lang) {
		if says(tokens, w) {
			k.report(line, "limits", "says %q without the limits: add \"limits: true\"", w)
			return
		}
	}
}

// letters gives the words of a text in lower case.
func letters(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
}

// says reports whether a text has a word or phrase.
func says(tokens []string, phrase string) bool {
	want := strings.Fields(phrase)
	for i := 0; i+len(want) <= len(tokens); i++ {
		if slices.Equal(tokens[i:i+len(want)], want) {
			return true
		}
	}
	return false
}
