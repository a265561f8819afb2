package cards

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Named is a card with its names and words, by which people can ask for it.
type Named struct {
	ID, Title string
	kind      content.Kind
	place     int      // in the list of its kind, from 1
	names     []string // folded: the id, the id without its kind, the title in each language
	titled    []string // folded: the words of its title in each language, and what else people call it
	text      []string // folded: the words of its title and text in each language, and what else people call it
}

// Call is what shows the card.
func (n Named) Call() bot.Call { return callOf(content.Card{ID: n.ID, Kind: n.kind}) }

func (p *written) namesIn(lang string) []Named {
	var out []Named
	for _, kind := range content.Kinds() {
		if kind == content.Session {
			continue // nobody asks for them
		}
		for i, c := range p.library.Cards(kind, lang) {
			_, rest, _ := strings.Cut(c.ID, "-")
			n := Named{ID: c.ID, Title: c.Title, kind: kind, place: i + 1, names: []string{words.Fold(c.ID), words.Fold(cmp.Or(rest, c.ID))}}
			for _, spoken := range p.library.Langs() {
				if same, ok := p.library.Card(c.ID, spoken); ok {
					n.names = append(n.names, words.Fold(same.Title))
					n.titled = append(n.titled, split(same.Title)...)
					n.text = append(n.text, wordsOf(same)...)
					n.titled, n.text = append(n.titled, split(same.Also)...), append(n.text, split(same.Also)...)
				}
			}
			slices.Sort(n.text)
			n.text = slices.Clone(slices.Compact(n.text)) // Clone frees the memory of the words that Compact dropped
			out = append(out, n)
		}
	}
	return out
}

// wordsOf are the words of a card, folded, without those of the limits, which many cards have.
func wordsOf(c content.Card) []string {
	out := split(c.Title)
	blocks := slices.Clone(c.Answer)
	for _, s := range c.Sections {
		out = append(out, split(s.Title)...)
		blocks = append(blocks, s.Blocks...)
	}
	for span := range content.Spans(blocks...) {
		out = append(out, split(span.Text)...)
	}
	return out
}

func split(text string) []string {
	return strings.FieldsFunc(words.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Search finds the card that somebody means: by its name, by its number in the list of the first
// kind, by a part of its title, by a name with a typing mistake, or by words of its text or of what else
// people call it, in any language. found is its ID. If that is not certain, found is "" and near has the
// cards that may be meant, at most MaxMenu.
func (p *Pages) Search(lang, name string, kinds []content.Kind) (found string, near []Named) {
	name = words.Fold(strings.Map(letters, name))
	number, _ := strconv.Atoi(strings.Trim(name, "#."))
	var asked []Named
	for _, n := range p.now.Load().names[lang] {
		if !slices.Contains(kinds, n.kind) {
			continue
		}
		if slices.Contains(n.names, name) || number > 0 && n.kind == kinds[0] && n.place == number {
			return n.ID, nil
		}
		asked = append(asked, n)
	}
	var within, close, rest []Named
	for _, n := range asked {
		switch {
		case len(name) >= 3 && slices.ContainsFunc(n.names[2:], func(title string) bool { return strings.Contains(title, name) }):
			within = append(within, n)
		case slices.ContainsFunc(n.names, func(s string) bool { return words.Alike(name, s) }):
			close = append(close, n)
		default:
			rest = append(rest, n)
		}
	}
	if len(within) == 1 {
		return within[0].ID, nil
	}
	sought := searched(p.deck.Reader(lang), name)
	near = slices.Concat(within, close, holding(rest, sought))
	if len(near) == 0 {
		near = holding(rest, bot.Each(sought, stem))
	}
	if len(near) == 1 && len(close) == 0 && !strings.Contains(name, "-") { // a sentence may mean something else
		return near[0].ID, nil
	}
	return "", near[:min(len(near), MaxMenu)]
}

// letters drops emojis, which phones add.
func letters(r rune) rune {
	if unicode.In(r, unicode.So, unicode.Sk, unicode.Variation_Selector) || r == zeroWidthJoiner {
		return -1
	}
	return r
}

const zeroWidthJoiner = '\u200d'

// common are words of questions and requests that say nothing about what a card is on. Each has at least
// four letters: shorter ones count in no question.
const common = words.Word("about,after,again,also,another,because,been,being,both,cannot,cant,could,didnt,does,doesnt,doing,dont,each,else,even,every,everybody,everyone,from,give,going,happen,happened,happens,have,having,hello,here,into,just,like,make,maybe,mine,more,most,much,must,need,only,other,over,please,really,same,should,show,some,somebody,someone,something,such,than,thank,thanks,that,their,them,then,there,these,they,thing,things,think,this,those,today,tonight,very,want,wants,were,what,whats,when,where,which,while,will,with,without,wont,would,your,yours")

// searched are the words to look for in texts. It drops short words and common ones, which nearly every
// text has.
func searched(w *words.Reader, name string) []string {
	all := split(name)
	if len(all) == 1 {
		return slices.DeleteFunc(all, func(s string) bool { return len(s) < 3 })
	}
	return slices.DeleteFunc(all, func(s string) bool {
		_, says := words.Means(w, s, common)
		return says || len(s) < 4
	})
}

// stem is a word without the endings that differ in a text: "phones" finds phone, "grabar" finds
// grabaciones. A short word stays as it is.
func stem(word string) string {
	if cut := strings.TrimRight(word, "aeiours"); len(cut) >= 4 {
		return cut
	}
	return word
}

// holding are the cards whose texts have most of the asked words, or words that begin with them. A word of
// the title, or of what else people call it, counts twice.
func holding(cards []Named, asked []string) []Named {
	var out []Named
	stems, most := bot.Each(asked, stem), 1
	for _, n := range cards {
		has := 0
		for w, word := range asked {
			if i, _ := slices.BinarySearch(n.text, word); i < len(n.text) && strings.HasPrefix(n.text[i], word) {
				has++
			}
			if slices.ContainsFunc(n.titled, func(s string) bool { return strings.HasPrefix(s, stems[w]) }) {
				has++
			}
		}
		if has > most {
			most, out = has, nil
		}
		if has == most {
			out = append(out, n)
		}
	}
	return out
}

// elsewhere are the cards of other lists that somebody may mean by a name that is not in the list asked
// for: "conflict" is in the strategies, not in the challenges. A number counts in one list only.
func (p *Pages) elsewhere(lang, name string, asked []content.Kind) []Named {
	if _, err := strconv.Atoi(strings.Trim(words.Fold(name), "#.")); err == nil {
		return nil
	}
	others := slices.DeleteFunc(content.Kinds(), func(k content.Kind) bool { return k == content.Panel || slices.Contains(asked, k) })
	found, near := p.Search(lang, name, others)
	if n, ok := bot.Find(p.now.Load().names[lang], func(n Named) bool { return n.ID == found }); ok {
		return []Named{n}
	}
	return near
}

// ListCalled is the list that people know by a name, in any language.
func (p *Pages) ListCalled(name string) (l List, ok bool) {
	return bot.Find(Lists(), func(l List) bool {
		return slices.ContainsFunc(p.NamesOfList(l), func(n string) bool { return words.Fold(n) == words.Fold(name) })
	})
}

// NamesOfList are what people call a list.
func (p *Pages) NamesOfList(l List) []string {
	names := []string{l.Name}
	for _, lang := range p.deck.books.Langs() {
		names = append(names, words.RotationName(p.deck.books.Reader(lang), l.Name))
	}
	return names
}

// unknownCard says that there is no such card, and offers the cards that may have been meant. Help now is
// among the buttons: somebody in need may have typed a sentence.
func (p *Pages) unknownCard(r bot.Request, list string, near []Named) bot.Answer {
	w := p.deck.books.Reader(r.Lang)
	if len(near) == 0 {
		a := words.Notice(w.Say("There is no card with that name."))
		a.Message.Actions = []bot.Action{{Label: w.T("Show all"), Call: bot.NewCall(list)}, {Label: w.T("Help now"), Call: bot.NewCall(bot.Crisis)}}
		return a
	}
	a := p.Offer(r, near, Named.Call)
	if !slices.ContainsFunc(near, func(n Named) bool { return n.kind == content.Crisis }) {
		a.Message.Actions = append(a.Message.Actions, bot.Action{Label: w.T("Help now"), Call: bot.NewCall(bot.Crisis)})
	}
	return a
}

// Offer offers the cards that may have been meant; open is the call of each option.
func (p *Pages) Offer(r bot.Request, near []Named, open func(Named) bot.Call) bot.Answer {
	w := p.deck.books.Reader(r.Lang)
	a := words.Notice(w.Say("There is no card with exactly that name. Did you mean one of these?"))
	options := bot.Each(near, func(n Named) bot.Action { return bot.Action{Label: bot.Short(n.Title, 75), Call: open(n)} })
	if len(options) == 1 {
		a.Message.Actions = options
		return a
	}
	a.Message.Blocks = append(a.Message.Blocks, content.Bullets(bot.Each(near, func(n Named) string { return n.Title })...))
	a.Message.Menu = &bot.Menu{Label: w.T("Choose a card"), Options: options}
	return a
}

// Choices offers the cards of some kinds by their titles.
func (p *Pages) Choices(lang string, kinds ...content.Kind) []bot.Choice {
	var out []bot.Choice
	for _, f := range p.now.Load().names[lang] {
		if slices.Contains(kinds, f.kind) {
			out = append(out, bot.Choice{Name: bot.Short(f.Title, 75), Value: f.ID})
		}
	}
	return out
}
