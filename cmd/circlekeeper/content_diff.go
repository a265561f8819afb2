package main

import (
	"context"
	"fmt"
	"time"

	"circlekeeper/bot/words"
	"circlekeeper/content"
)

type contentDiff struct {
	IDs []string `arg:"" optional:"" name:"id" help:"The cards' IDs; without one, all that changed."`
	ofLang
	Format
}

// listedDiff is a card whose words changed since they were last signed.
type listedDiff struct {
	ID       string         `json:"id"`
	Lang     string         `json:"lang"`
	Hash     string         `json:"hash"`
	Signed   string         `json:"signed_hash"`
	Reviewer string         `json:"reviewer"`
	At       time.Time      `json:"signed_at"`
	Changes  []listedChange `json:"changes,omitempty"` // empty for a signature from a version that did not keep the words
}

// listedChange is a run of words that all stayed, were added or were removed.
type listedChange struct {
	Change string `json:"change"` // same, added or removed
	Text   string `json:"text"`
}

// Run shows how the words differ from those that were signed.
func (cmd contentDiff) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		cards, err := cmd.named(o, cmd.IDs)
		if err != nil {
			return err
		}
		signed, err := o.signing(ctx)
		if err != nil {
			return err
		}
		var listed []listedDiff
		never := 0 // cards that nobody ever signed
		for _, card := range cards {
			standing, last := signed.Status(card, o.now())
			if standing == content.NeverApproved {
				never++
			}
			if standing != content.ChangedSince {
				continue
			}
			if cmd.Format.Format == "text" {
				printChanges(o, card, last)
			}
			listed = append(listed, asListed(card, last))
		}
		switch {
		case cmd.Format.Format == "json":
			return o.list(cmd.Format, listed, "", nil)
		case len(listed) == 0 && len(cmd.IDs) > 0 && never == len(cards):
			fmt.Fprintf(o.out, "%s never signed, so there is nothing to compare\n", counted(never, "card was", "cards were"))
		case len(listed) == 0:
			fmt.Fprintf(o.out, "no card changed since it was signed; %s content status shows which were never signed\n", o.called)
		}
		return nil
	})
}

// printChanges prints how a card's words differ from those that were last signed.
func printChanges(o *opened, card content.Card, last content.Approval) {
	if last.Text == "" {
		fmt.Fprintf(o.out, "%s (%s) changed since it was last signed by %s; the words that were signed then were not kept\n", card.ID, card.Lang, last.Reviewer)
		return
	}
	fmt.Fprintf(o.out, "%s (%s) changed since it was last signed by %s:\n%s", card.ID, card.Lang, last.Reviewer, plain(words.Changed(o.say, content.Changes(last.Text, card.Text()))))
}

func asListed(card content.Card, last content.Approval) listedDiff {
	d := listedDiff{ID: card.ID, Lang: card.Lang, Hash: card.Hash, Signed: last.Hash, Reviewer: last.Reviewer, At: last.At.UTC()}
	if last.Text == "" {
		return d
	}
	names := map[content.Change]string{content.Same: "same", content.Added: "added", content.Removed: "removed"}
	for _, s := range content.Changes(last.Text, card.Text()) {
		d.Changes = append(d.Changes, listedChange{names[s.Change], s.Text})
	}
	return d
}
