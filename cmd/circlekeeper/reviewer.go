package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

type reviewerCommand struct {
	Add    reviewerAdd    `cmd:"" help:"Name a clinician as a reviewer. With a Slack or Discord ID they sign cards in chat, with /cards. In a shell, whoever types the command says who signs, and is responsible for that."`
	List   reviewerList   `cmd:"" help:"List the reviewers: who may sign cards in chat, and whom content status names as missing."`
	Remove reviewerRemove `cmd:"" help:"Take away a reviewer's right to sign in chat; what they signed stays. In a shell, whoever types the command still says who signs, and is responsible for that."`
}

type reviewerAdd struct {
	Name    string `arg:"" help:"The clinician: \"Name, licence\"."`
	Slack   string `help:"The member ID that Slack shows in their profile, such as U0123456789."`
	Discord string `help:"The number that Discord shows under Copy User ID."`
}

func (cmd reviewerAdd) Run(ctx context.Context, p program, c *Config) error {
	r, err := bot.NewReviewer(cmd.Name, cmd.Slack, cmd.Discord)
	if err != nil {
		return err
	}
	return p.withOpen(ctx, c, func(o *opened) error {
		err := o.db.AddReviewer(ctx, typist(), r)
		if errors.Is(err, bot.ErrExists) {
			return &bot.UserError{Message: fmt.Sprintf("there is a reviewer of that name or with one of these IDs already: %s reviewer list shows them all; to change one, remove and add them", p.called)}
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "added reviewer %s\n", r.Name)
		if r.Slack == "" && r.Discord == "" {
			fmt.Fprintf(p.out, "without --slack or --discord their signatures are recorded with %s content approve\n", p.called)
		}
		return nil
	})
}

type reviewerList struct{ Format }

func (cmd reviewerList) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		all, err := o.db.Reviewers(ctx)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, r := range all {
			rows = append(rows, []string{r.Name, dash(r.Slack), dash(r.Discord)})
		}
		if all == nil {
			all = []bot.Reviewer{}
		}
		return p.list(cmd.Format, all, "NAME SLACK DISCORD", rows)
	})
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type reviewerRemove struct {
	Name string `arg:"" help:"The name as reviewer list shows it."`
}

func (cmd reviewerRemove) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		all, err := o.db.Reviewers(ctx)
		if err != nil {
			return err
		}
		for _, r := range all {
			if !content.SameReviewer(r.Name, cmd.Name) {
				continue
			}
			if err := o.db.RemoveReviewer(ctx, typist(), r.Name); err != nil && !errors.Is(err, bot.ErrNotFound) {
				return err
			}
			fmt.Fprintf(p.out, "removed reviewer %s; what they signed stays; they no longer sign in chat; in a shell, whoever types the command still says who signs, and is responsible for that\n", r.Name)
			return nil
		}
		var names []string
		for _, r := range all {
			names = append(names, r.Name)
		}
		return p.unknown("reviewer", cmd.Name, nearestNames(cmd.Name, names), "reviewer list")
	})
}

// signing is which cards are signed, and by whom.
type signing struct {
	content.SignOff
	reviewers []bot.Reviewer
	now       time.Time
}

func (o *opened) signing(ctx context.Context) (signing, error) {
	given, err := o.db.Approvals(ctx)
	if err != nil {
		return signing{}, err
	}
	reviewers, err := o.db.Reviewers(ctx)
	return signing{o.bot.Deck().SignOff(given), reviewers, o.now()}, err
}

// by names the reviewers who have signed a card's present words.
func (s signing) by(c content.Card) []string {
	var names []string
	for _, a := range s.Signatures(c, s.now) {
		names = append(names, a.Reviewer)
	}
	return names
}

// missing returns how many reviewers must still sign a card before it is posted, and who could;
// empty if nobody must.
func (s signing) missing(c content.Card) (n int, who []string) {
	if !s.Waits(c, s.now) {
		return 0, nil
	}
	n = s.Missing(c, s.now)
	signed := s.by(c)
	for _, r := range s.reviewers {
		did := false
		for _, name := range signed {
			did = did || content.SameReviewer(name, r.Name)
		}
		if !did {
			who = append(who, r.Name)
		}
	}
	return n, who
}

// missingText returns missing's answer in words.
func (s signing) missingText(c content.Card) string {
	n, who := s.missing(c)
	switch {
	case n == 0:
		return ""
	case len(who) == 0:
		return fmt.Sprintf("%d", n)
	}
	return fmt.Sprintf("%d of: %s", n, strings.Join(who, "; "))
}
