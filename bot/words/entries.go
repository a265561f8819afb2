package words

import (
	"cmp"
	"slices"
)

// Entry is one sentence of a catalogue.
type Entry struct {
	Context string // of a short label; mostly empty
	Key     string // in English
	Plural  string // the English for several; mostly empty
	Texts   []string
}

// Entries are all sentences of a language's catalogue, sorted by key.
func (b *Books) Entries(lang string) []Entry {
	po := b.by[lang]
	if po == nil {
		return nil
	}
	var out []Entry
	for _, t := range po.GetDomain().GetTranslations() {
		if t.ID != "" {
			out = append(out, entry("", t.ID, t.PluralID, t.Trs))
		}
	}
	for context, all := range po.GetDomain().GetCtxTranslations() {
		for _, t := range all {
			out = append(out, entry(context, t.ID, t.PluralID, t.Trs))
		}
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Context, b.Context)) })
	return out
}

func entry(context, key, plural string, forms map[int]string) Entry {
	e := Entry{Context: context, Key: key, Plural: plural}
	for n := range len(forms) {
		e.Texts = append(e.Texts, forms[n])
	}
	return e
}
