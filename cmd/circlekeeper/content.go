package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

type contentCommand struct {
	List    contentList    `cmd:"" help:"List the cards."`
	Show    contentShow    `cmd:"" help:"Show one card in full."`
	Lint    contentLint    `cmd:"" help:"Check the cards and the catalogues of sentences: front matter, length, reading grade, words and phrases, contradictions, repeated sentences, sources, limits text, links, marks that readers would see as they stand."`
	Approve contentApprove `cmd:"" help:"Record a clinician's approval of cards with the words they have now, and show what changed since each was last signed. Whoever types this says who signs, and is responsible for that."`
	Line    contentLine    `cmd:"" help:"List the crisis card's lines; put one out of service for a time, or back into service."`
	Booklet contentBooklet `cmd:"" help:"Write one page to print: all cards with their approvals, hashes, changes and sources."`
	Status  contentStatus  `cmd:"" help:"Show which cards are approved, changed since their approval, due for review or never approved."`
	Diff    contentDiff    `cmd:"" help:"Show what changed in cards since they were last signed."`
}

// Lang is a language's tag in its usual letters, such as es or es-MX.
type Lang string

// UnmarshalText reads a tag in letters of any case, also with underscores: "ES", "es_mx".
func (l *Lang) UnmarshalText(text []byte) error {
	*l = Lang(strings.TrimSpace(string(text)))
	if tag, err := language.Raw.Parse(string(*l)); err == nil && *l != "" {
		*l = Lang(tag.String())
	}
	return nil
}

// ofLang limits a listing of cards to one language.
type ofLang struct {
	Lang Lang `help:"Only this language."`
}

// cards returns the cards of that language, or all.
func (f ofLang) cards(l *content.Library) ([]content.Card, error) {
	if langs := l.Langs(); f.Lang != "" && !slices.Contains(langs, string(f.Lang)) { // a wider language is not what was asked for
		return nil, noLang(langs, string(f.Lang))
	}
	return slices.DeleteFunc(l.All(), func(c content.Card) bool { return f.Lang != "" && c.Lang != string(f.Lang) }), nil
}

// named returns the cards of that language with these IDs, or all without IDs.
func (f ofLang) named(o *opened, ids []string) ([]content.Card, error) {
	cards, err := f.cards(o.library)
	if err != nil || len(ids) == 0 {
		return cards, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(cards, func(c content.Card) bool { return c.ID == id }) {
			return nil, o.unknownCard(o.library, id, string(f.Lang))
		}
	}
	return slices.DeleteFunc(cards, func(c content.Card) bool { return !slices.Contains(ids, c.ID) }), nil
}

type contentList struct {
	ofLang
	Format
}

func (cmd contentList) Run(p program, c *Config) error {
	l, err := c.library()
	if err != nil {
		return err
	}
	var rows [][]string
	cards, err := cmd.cards(l)
	if err != nil {
		return err
	}
	for _, card := range cards {
		rows = append(rows, []string{card.ID, card.Lang, string(card.Kind), card.Hash[:12], card.Title})
	}
	named, err := bothNames(cards)
	if err != nil {
		return err
	}
	return p.list(cmd.Format, named, "ID LANG KIND HASH TITLE", rows)
}

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

type contentApprove struct {
	IDs      []string `arg:"" optional:"" name:"id" help:"The cards' IDs."`
	All      bool     `help:"Every card that this reviewer has not signed yet, or with --review-by not until that day, except drafts of translations, the crisis card (sign that one by itself, after its numbers were telephoned) and the built-in contact card, which needs no signature."`
	Lang     Lang     `help:"Only this language. Without it, all languages, but no drafts of translations: a draft is signed only when its language is named."`
	Reviewer string   `help:"The clinician: \"Name, licence\"." placeholder:"\"NAME, LICENCE NUMBER\"" required:""`
	ReviewBy *string  `help:"The day by which the words have to be read again, such as 2027-06-30 or in 6 months: at most 12 months from now."`
}

func (cmd contentApprove) Run(ctx context.Context, p program, c *Config) error {
	switch {
	case cmd.All && len(cmd.IDs) > 0:
		return &bot.UserError{Message: "name the cards to approve, or write --all, but not both"}
	case !cmd.All && len(cmd.IDs) == 0:
		return &bot.UserError{Message: "name the cards to approve, or write --all"}
	}
	reviewer, err := content.ParseReviewer(cmd.Reviewer)
	if err != nil {
		return &bot.UserError{Message: err.Error()}
	}
	cmd.Reviewer = reviewer
	return p.withOpen(ctx, c, func(o *opened) error { return cmd.record(ctx, o) })
}

// record signs the cards with their present words.
func (cmd contentApprove) record(ctx context.Context, o *opened) error {
	cards, err := cmd.pick(o)
	if err != nil {
		return err
	}
	asker := o.asker()
	now := asker.Now
	groups, err := o.db.Groups(ctx)
	if err != nil {
		return err
	}
	by, err := reviewDay(cmd.ReviewBy, asker, groups)
	if err != nil {
		return err
	}
	before, err := o.db.Approvals(ctx)
	if err != nil {
		return err
	}
	found := len(cards)
	if cmd.All {
		cards = cmd.unsigned(cards, before, now, by)
	}
	stood := found - len(cards)
	if len(cards) == 0 {
		fmt.Fprintf(o.out, "nothing to approve: %s had signed %s already; to sign one again, name it\n", cmd.Reviewer, counted(stood, "card", "cards"))
		return nil
	}
	var given []content.Approval
	for _, card := range cards {
		a, err := content.NewApproval(card, cmd.Reviewer, now, by)
		if err != nil {
			return &bot.UserError{Message: err.Error()}
		}
		given = append(given, a)
	}
	if err := o.db.Approve(ctx, typist(), given...); err != nil {
		return err
	}
	o.changed(before, cards, cmd.Reviewer)
	fmt.Fprintf(o.out, "approved %s by %s, to be read again by %s\n", listedCards(cards), cmd.Reviewer, o.say.Calendar.Day(by))
	if stood > 0 {
		fmt.Fprintf(o.out, "%s had signed %s already\n", cmd.Reviewer, counted(stood, "card", "cards"))
	}
	o.hashes(cards)
	cmd.sameLicence(o, before, cards)
	return o.waiting(ctx, cards)
}

// reviewDay reads a --review-by by the clinic's clock. Without a text it is a year from now.
func reviewDay(text *string, by changes.Asker, groups []bot.Group) (time.Time, error) {
	last := by.Now.UTC().AddDate(0, content.MaxReview, 0)
	if text == nil {
		return last, nil
	}
	day, err := by.ReviewDay(*text, groups)
	switch {
	case err != nil && *text != "":
		return day, &bot.UserError{Message: "--review-by: " + by.Words.Error(err)}
	case day.IsZero() || day.Equal(bot.Forever):
		return day, &bot.UserError{Message: fmt.Sprintf("--review-by: %q is not a day: write year, month and day, such as 2027-06-30, or a length such as 6 months", *text)}
	}
	if !day.After(by.Now) || day.After(last) {
		return day, &bot.UserError{Message: fmt.Sprintf("--review-by: %s is not a day after today and at most %d months on: the last one is %s", by.Words.Calendar.Day(day), content.MaxReview, by.Words.Calendar.Day(last))}
	}
	return day, nil
}

// sameLicence warns where other names with the reviewer's licence number have signed these cards:
// it may be one person.
func (cmd contentApprove) sameLicence(o *opened, before []content.Approval, cards []content.Card) {
	if o.config.Approvals < 2 {
		return
	}
	signed, told := content.NewSignOff(before, 1), []string{cmd.Reviewer}
	for _, card := range cards {
		for _, a := range signed.Signatures(card, o.now()) {
			known := slices.ContainsFunc(told, func(n string) bool { return content.SameReviewer(n, a.Reviewer) })
			if !known && content.SameLicence(a.Reviewer, cmd.Reviewer) {
				told = append(told, a.Reviewer)
				fmt.Fprintf(o.out, "note: %s, who signed too, has the same licence number: the two count as two reviewers; if this is one person, somebody else has to sign as well\n", a.Reviewer)
			}
		}
	}
}

// unsigned returns the cards whose present words the reviewer has not signed, or whose
// signature ends soon. If --review-by was given, it also returns those that were signed until
// another day.
func (cmd contentApprove) unsigned(cards []content.Card, before []content.Approval, now, by time.Time) []content.Card {
	signed, until := content.NewSignOff(before, 1), now.AddDate(0, 0, bot.ReviewSoon)
	if cmd.ReviewBy != nil {
		until = now
	}
	return slices.DeleteFunc(slices.Clone(cards), func(c content.Card) bool {
		return slices.ContainsFunc(signed.Signatures(c, until), func(a content.Approval) bool {
			return content.SameReviewer(a.Reviewer, cmd.Reviewer) && (cmd.ReviewBy == nil || a.ReviewBy.Equal(by))
		})
	})
}

// changed prints what changed in each card's words since the reviewer last signed it, or since
// somebody else did if the reviewer never has.
func (o *opened) changed(before []content.Approval, cards []content.Card, reviewer string) {
	for _, card := range cards {
		last, signed := content.LastSigned(before, card, reviewer)
		if signed && last.Hash != card.Hash {
			printChanges(o, card, last)
		}
	}
}

// hashes prints the hashes with which the cards were signed.
func (o *opened) hashes(cards []content.Card) {
	if len(cards) > namedOne {
		fmt.Fprintf(o.out, "each signature is for the hash of a card's words: %s content list shows how each hash begins\n", o.called)
		return
	}
	for _, card := range cards {
		fmt.Fprintf(o.out, "hash of %s (%s): %s\n", card.ID, card.Lang, card.Hash)
	}
}

// namedOne is up to how many cards are named one by one.
const namedOne = 6

// listedCards names cards by ID and language; of many it gives the number.
func listedCards(cards []content.Card) string {
	if len(cards) > namedOne {
		return fmt.Sprintf("%d cards", len(cards))
	}
	var out []string
	for _, c := range cards {
		out = append(out, fmt.Sprintf("%s (%s)", c.ID, c.Lang))
	}
	return strings.Join(out, ", ")
}

// waiting prints how many of the cards just signed need another signature.
func (o *opened) waiting(ctx context.Context, cards []content.Card) error {
	signed, err := o.signing(ctx)
	if err != nil {
		return err
	}
	n := 0
	for _, card := range cards {
		if signed.Missing(card, signed.now) > 0 {
			n++
		}
	}
	if n > 0 {
		fmt.Fprintf(o.out, "still to be signed by another reviewer, since APPROVALS is %d: %s\n", o.config.Approvals, counted(n, "card", "cards"))
	}
	if beside := besides(o.library, cards, func(c content.Card) bool { return signed.Missing(c, signed.now) > 0 }); len(beside) > 0 && len(cards) <= namedOne {
		fmt.Fprintf(o.out, "further reasons in the same file, not signed yet: %s\n", listedCards(beside))
	}
	return nil
}

// besides returns the cards for which hold is true and that give further reasons for one of
// some, in its language.
func besides(l *content.Library, some []content.Card, hold func(content.Card) bool) (out []content.Card) {
	is := func(c content.Card) func(content.Card) bool {
		return func(o content.Card) bool { return o.ID == c.ID && o.Lang == c.Lang }
	}
	for _, one := range some {
		for _, c := range l.Reasons(one.ID, one.Lang) {
			if c.Lang == one.Lang && !slices.ContainsFunc(some, is(c)) && hold(c) {
				out = append(out, c)
			}
		}
	}
	return out
}

func (cmd contentApprove) pick(o *opened) ([]content.Card, error) {
	if langs := o.library.Langs(); cmd.Lang != "" && !slices.Contains(langs, string(cmd.Lang)) { // a wider language is not what was asked for
		return nil, noLang(langs, string(cmd.Lang))
	}
	var out []content.Card
	unknown := make(map[string]bool)
	for _, id := range cmd.IDs {
		unknown[id] = true
	}
	for _, card := range o.library.All() {
		_, named := unknown[card.ID]
		if !named && (!cmd.All || card.Exempt) || cmd.Lang != "" && string(cmd.Lang) != card.Lang {
			continue
		}
		if named {
			unknown[card.ID] = false
		}
		// A draft is signed only if its language is named, never by accident. But the crisis
		// card's numbers are the same in all languages.
		if !card.Draft || cmd.Lang != "" || card.ID == "crisis" {
			out = append(out, card)
		}
	}
	for id, missing := range unknown {
		if missing {
			return nil, o.unknownCard(o.library, id, string(cmd.Lang))
		}
	}
	if len(out) == 0 {
		return nil, &bot.UserError{Message: "nothing to approve: for a draft, name its language too, with --lang"}
	}
	return out, nil
}

type contentStatus struct {
	IDs []string `arg:"" optional:"" name:"id" help:"The cards' IDs; without one, all cards."`
	ofLang
	Waiting bool `help:"Only cards that wait for a signature before they are posted. Drafts of translations, which wait for a translator first, are not among them."`
	Format
}

func (cmd contentStatus) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		signed, err := o.signing(ctx)
		if err != nil {
			return err
		}
		type status struct {
			ID       string    `json:"id"`
			Lang     string    `json:"lang"`
			Standing string    `json:"standing"`
			Reviewer string    `json:"reviewer,omitempty"`
			ReviewBy time.Time `json:"review_by,omitzero"`
			Hash     string    `json:"hash"`
			SignedBy []string  `json:"signed_by,omitempty"` // reviewers who have signed the present words
			Missing  int       `json:"missing"`             // how many more reviewers must sign
			WaitsFor []string  `json:"waits_for,omitempty"` // the reviewers who could
		}
		var all []status
		var rows [][]string
		cards, err := cmd.named(o, cmd.IDs)
		if err != nil {
			return err
		}
		for _, card := range cards {
			if cmd.Waiting && (card.Draft || !signed.Waits(card, p.now())) {
				continue
			}
			standing, a := signed.Status(card, p.now())
			missing, who := signed.missing(card)
			s := status{card.ID, card.Lang, standing.String(), a.Reviewer, a.ReviewBy, card.Hash, signed.by(card), missing, who}
			all = append(all, s)
			by := "-"
			if !a.ReviewBy.IsZero() {
				by = o.say.Calendar.Day(a.ReviewBy)
			}
			reviewer := s.Reviewer
			if len(s.SignedBy) > 0 {
				reviewer = strings.Join(s.SignedBy, "; ")
			}
			rows = append(rows, []string{s.ID, s.Lang, s.Standing, by, dash(reviewer), dash(signed.missingText(card))})
		}
		if err := p.list(cmd.Format, all, "ID LANG STANDING REVIEW-BY REVIEWER MISSING", rows); err != nil {
			return err
		}
		if cmd.Format.Format == "text" {
			p.notes(o.library, cmd.IDs...)
		}
		return nil
	})
}
