package words

import (
	"strings"

	"github.com/leonelquinteros/gotext"
	"github.com/leonelquinteros/gotext/plurals"
)

// book has the catalogues of one language, in the order in which a sentence is looked up: the
// clinic's own, which may correct single sentences; the program's; then those of wider
// languages, such as es for es-MX. The nil book is English.
type book []*catalogue

// catalogue has the sentences of one file. gotext reads the file, but its own type takes ten
// times the memory.
type catalogue struct {
	said   map[entry]string
	counts map[string][]string // the plural forms of sentences about a number of things
	form   plurals.Expression  // picks the form for a number; nil: the first for 1, the second for others
}

// entry names a sentence, or a short label in a context.
type entry struct{ context, english string }

// readCatalogue reads a PO file. It ignores faults; Lint finds them. It clones each string,
// because one part of the file's text keeps all of it in memory.
func readCatalogue(text []byte) *catalogue {
	po := gotext.NewPo()
	po.Parse(text)
	in := po.GetDomain()
	c := &catalogue{said: make(map[entry]string), counts: make(map[string][]string)}
	for english, t := range in.GetTranslations() {
		english = strings.Clone(english)
		if english == "" { // the file's own header
			continue
		}
		if t.Trs[0] != "" {
			c.said[entry{"", english}] = strings.Clone(t.Trs[0])
		}
		for n := 0; t.PluralID != "" && n < len(t.Trs); n++ {
			c.counts[english] = append(c.counts[english], strings.Clone(t.Trs[n]))
		}
	}
	for context, labels := range in.GetCtxTranslations() {
		context = strings.Clone(context)
		for english, t := range labels {
			if t.Trs[0] != "" {
				c.said[entry{context, strings.Clone(english)}] = strings.Clone(t.Trs[0])
			}
		}
	}
	c.form = readPluralRule("Plural-Forms: " + in.PluralForms).of
	return c
}

// formOf is the index of the plural form for n things.
func (c *catalogue) formOf(n int) int {
	switch {
	case c.form != nil:
		return c.form.Eval(uint32(n)) //nolint:gosec // counts of things, never negative
	case n == 1:
		return 0
	}
	return 1
}

// word is a sentence in this language; "" if there is none.
func (b book) word(english string) string { return b.label("", english) }

// label is a short label in a context; "" if there is none.
func (b book) label(context, english string) string {
	for _, c := range b {
		if said := c.said[entry{context, english}]; said != "" {
			return said
		}
	}
	return ""
}

// number is a sentence about n things; "" if there is none.
func (b book) number(n int, one string) string {
	for _, c := range b {
		if forms, form := c.counts[one], c.formOf(n); form < len(forms) && forms[form] != "" {
			return forms[form]
		}
	}
	return ""
}
