package content

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// replacement is a card of the clinic's that took the place of a shipped one.
type replacement struct{ own, shipped *draft }

// Notes says which of the clinic's own cards change more than their file's name tells. They are
// no faults, as it may be meant.
func (l *Library) Notes() []Finding { return slices.Clone(l.notes) }

// replacements are the shipped cards that others have taken the place of, in order.
func replacements(now, shipped map[name]*draft) (all []replacement) {
	for _, key := range slices.SortedFunc(maps.Keys(shipped), byName) {
		if d := now[key]; d != nil && d != shipped[key] {
			all = append(all, replacement{d, shipped[key]})
		}
	}
	return all
}

// noteReplaced notes what a replaced card changes besides its own words.
func (l *Library) noteReplaced(replaced []replacement, drafts map[name]*draft) {
	for _, r := range replaced {
		key := name{r.own.card.Lang, r.own.card.ID}
		if l.drafts[key] != r.own { // an option leaves it out
			continue
		}
		var says []string
		if gone := l.gone(r); len(gone) > 0 {
			where := "these are gone in all languages"
			if key.lang != English {
				where = "these are shown in English"
			}
			says = append(says, fmt.Sprintf("it replaces %d cards, as the built-in file has the further reasons %s: %s; to keep further reasons, write them into this file too ({#reason-2})",
				1+len(gone), strings.Join(gone, ", "), where))
		}
		if others := untouched(key, drafts); len(others) > 0 {
			says = append(says, "other languages keep the built-in words: "+strings.Join(others, ", "))
		}
		if len(says) > 0 {
			l.notes = append(l.notes, Finding{File: r.own.card.File, Line: 1, Card: key.id, Lang: key.lang, Rule: "replaces", Message: strings.Join(says, "; ")})
		}
	}
}

// gone are the further reasons that the shipped file has in this language and that no card gives
// any more, though English, where it is not the language that changed, still has them.
func (l *Library) gone(r replacement) (ids []string) {
	for _, reason := range r.shipped.reasons {
		id := reason.card.ID
		_, stands := l.cards[name{r.own.card.Lang, id}]
		_, english := l.cards[name{English, id}]
		if !stands && (english || r.own.card.Lang == English) {
			ids = append(ids, id)
		}
	}
	return ids
}

// untouched are the other languages in which a card that was replaced in English is still as it
// was shipped.
func untouched(key name, drafts map[name]*draft) (langs []string) {
	if key.lang != English {
		return nil // a corrected translation
	}
	for other, d := range drafts {
		if other.id == key.id && !d.own {
			langs = append(langs, other.lang)
		}
	}
	slices.Sort(langs)
	return langs
}
