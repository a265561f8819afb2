package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

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
