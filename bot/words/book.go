package words

import "github.com/leonelquinteros/gotext"

// book holds what is said in one language: the clinic's own catalogue first, which may
// correct single sentences, then the one that is part of the program, then those of wider
// languages: Spanish for that of a country. The nil book is English.
type book []*gotext.Po

// none is an empty list of values: Reader fills in the verbs, not gotext.
func none() []any { return nil }

// word is a sentence in this language; "" if there is none.
func (b book) word(english string) string {
	if english == "" { // the key of a catalogue's own header
		return ""
	}
	for _, po := range b {
		if po.IsTranslated(english) {
			return po.Get(english, none()...)
		}
	}
	return ""
}

// label is a short label in a context; "" if there is none.
func (b book) label(context, english string) string {
	for _, po := range b {
		if po.IsTranslatedC(english, context) {
			return po.GetC(english, context, none()...)
		}
	}
	return ""
}

// number is a sentence about n things; "" if there is none.
func (b book) number(n int, one, many string) string {
	for _, po := range b {
		if po.IsTranslatedN(one, n) {
			return po.GetN(one, many, n, none()...)
		}
	}
	return ""
}
