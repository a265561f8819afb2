package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

type contentShow struct {
	ID   string `arg:"" help:"The card's ID, such as strategy-listening."`
	Lang Lang   `help:"The language." default:"en"`
	Format
}

// Run shows the card. The crisis card is shown whatever is wrong: in English if the language
// does not exist, with the error beside it.
func (cmd contentShow) Run(p program, c *Config) error {
	card, err := cmd.card(p, c)
	if card.ID == "" {
		return err
	}
	return cmp.Or(cmd.print(p, card), err)
}

// card returns the card, and what is wrong with the request.
func (cmd contentShow) card(p program, c *Config) (content.Card, error) {
	if cmd.ID == "crisis" {
		return p.crisisCard(c, string(cmd.Lang))
	}
	l, err := c.library()
	if err != nil {
		return content.Card{}, err
	}
	if err := knownLang(l.Langs(), string(cmd.Lang)); err != nil {
		return content.Card{}, err
	}
	if card, ok := l.Spoken(cmd.ID, string(cmd.Lang)); ok {
		return card, nil
	}
	return content.Card{}, p.unknownCard(l, cmd.ID, string(cmd.Lang))
}

// spokenFor returns the language itself, or the next wider one that is in all; empty if neither
// is.
func spokenFor(all []string, lang string) string {
	for lang != "" && !slices.Contains(all, lang) {
		lang = content.Wider(lang)
	}
	return lang
}

// knownLang returns an error that lists the languages, unless lang is one of them or a variant
// of one, such as es-MX.
func knownLang(all []string, lang string) error {
	if spokenFor(all, lang) != "" {
		return nil
	}
	return noLang(all, lang)
}

// noLang returns an error that lists the languages there are.
func noLang(all []string, lang string) error {
	return &bot.UserError{Message: fmt.Sprintf("there is no language %q: there are cards in %s", bot.Short(lang, 20), strings.Join(all, ", "))}
}

func (cmd contentShow) print(p program, card content.Card) error {
	if cmd.Format.Format == "json" {
		named, err := bothNames(card)
		if err != nil {
			return err
		}
		return p.list(cmd.Format, named, "", nil)
	}
	fmt.Fprintf(p.out, "%s\n%s\n\n", card.Title, strings.Repeat("=", len([]rune(card.Title))))
	fmt.Fprint(p.out, plain(card.Answer))
	for _, s := range card.Sections {
		fmt.Fprintf(p.out, "%s\n%s\n\n%s", s.Title, strings.Repeat("-", len([]rune(s.Title))), plain(s.Blocks))
	}
	fmt.Fprint(p.out, plain(card.Limits))
	fmt.Fprintf(p.out, "id %s · language %s · kind %s · source %s · hash %s\n", card.ID, card.Lang, card.Kind, card.Source, card.Hash)
	return nil
}

// crisisCard returns the crisis card with the clinic's packs. If the content folder is broken,
// it returns the card that is compiled in. An error together with a card means that the
// language does not exist.
func (p program) crisisCard(c *Config, lang string) (content.Card, error) {
	l, broken := c.library()
	if broken == nil {
		for _, f := range l.Broken() {
			fmt.Fprintln(p.err, "circlekeeper:", c.hide(f.String()))
		}
		if l.OwnFloor() {
			fmt.Fprintln(p.err, "circlekeeper: it brings a floor of its own: it is shown once two reviewers have signed it and each of its numbers was telephoned")
		}
		card, _ := l.Card("crisis", lang)
		return card, knownLang(l.Langs(), lang)
	}
	fmt.Fprintln(p.err, "circlekeeper:", c.hide(broken.Error()))
	books, err := c.books()
	if err != nil {
		if books, err = words.Open(words.Options{}); err != nil {
			return content.Card{}, err
		}
	}
	return content.CrisisCard(lang, c.options(), books.Say), knownLang(books.Langs(), lang)
}

// unknownCard returns an error that suggests cards with a similar ID or title, or with an ID
// that ends in what was typed: agreement-pass for pass. lang is the language that was asked
// for, if any.
func (p program) unknownCard(l *content.Library, id, lang string) error {
	shipped, err := content.Load(content.Options{})
	if err == nil && slices.ContainsFunc(shipped.All(), func(c content.Card) bool { return c.ID == id && (lang == "" || c.Lang == lang) }) {
		return &bot.UserError{Message: fmt.Sprintf("the card %s is withdrawn by a file in CONTENT_DIR", id)}
	}
	cards := slices.DeleteFunc(slices.Clone(l.All()), func(c content.Card) bool { return lang != "" && c.Lang != lang })
	var near []string
	names := func(c content.Card) []string {
		_, bare, _ := strings.Cut(c.ID, "-")
		return []string{c.ID, bare, c.Title}
	}
	for _, c := range words.Nearest(id, cards, names) {
		if !slices.Contains(near, c.ID) {
			near = append(near, c.ID)
		}
	}
	if lang != "" {
		id += " in " + lang
	}
	return p.unknown("card", id, near, "content list")
}

// plain writes blocks as text for a terminal.
func plain(blocks []content.Block) string {
	var b strings.Builder
	for _, block := range blocks {
		for _, item := range block.Items {
			if block.Kind == content.List {
				b.WriteString("  - ")
			}
			for _, s := range item {
				b.WriteString(s.Text)
				if s.Link != "" && s.Link != s.Text {
					b.WriteString(" (" + s.Link + ")")
				}
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}
