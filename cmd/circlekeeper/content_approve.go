package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/content"
)

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
