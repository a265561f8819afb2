package main

import (
	"context"
	"fmt"
	"slices"

	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/words"
)

type postCommand struct {
	Correct  postCorrect  `cmd:"" help:"Give posts in their channels the words that are signed now: all posts of a card (--card), or one (--delivery). Without --yes, it only shows what it would do."`
	Withdraw postWithdraw `cmd:"" help:"Replace posts in their channels by a line that says that they were withdrawn: all posts of a card (--card), or one (--delivery). Without --yes, it only shows what it would do."`
	Status   postStatus   `cmd:"" help:"Show how a correction or withdrawal went, and what could not be reached."`
	List     postList     `cmd:"" help:"List the posts on record, with what became of them."`
}

// whichPosts says which posts to revise, and whether to do it.
type whichPosts struct {
	Card     string `help:"All posts of this card that are still there." placeholder:"ID" xor:"posts"`
	Delivery string `help:"One post, by the key that post list shows, instead of --card." placeholder:"KEY" xor:"posts"`
	Yes      bool   `help:"Do what is shown."`
	Format
}

type postCorrect struct{ whichPosts }

func (cmd postCorrect) Run(ctx context.Context, p program, c *Config) error {
	return p.revise(ctx, c, bot.OfCorrection, cmd.whichPosts)
}

type postWithdraw struct{ whichPosts }

func (cmd postWithdraw) Run(ctx context.Context, p program, c *Config) error {
	return p.revise(ctx, c, bot.OfWithdrawal, cmd.whichPosts)
}

// listedRevision is a correction or withdrawal in JSON.
type listedRevision struct {
	Revision  string           `json:"revision,omitempty"` // its ID; empty without --yes, or if there is nothing to do
	Kind      bot.DeliveryKind `json:"kind"`
	Card      string           `json:"card"`
	Posts     []listedDelivery `json:"posts"`     // the posts to revise
	Same      int              `json:"same"`      // posts that have the new words already
	Unsigned  int              `json:"unsigned"`  // posts whose card may not be posted now
	Doubtful  []bot.Place      `json:"doubtful"`  // places where posts fail now
	Forgotten int              `json:"forgotten"` // posts that are no longer on record
}

// revise shows what a correction or withdrawal would do. With --yes it also queues it for
// circlekeeper run.
func (p program) revise(ctx context.Context, c *Config, kind bot.DeliveryKind, which whichPosts) error {
	if which.Card == "" && which.Delivery == "" {
		return &bot.UserError{Message: "name the posts: --card ID for all of a card, or --delivery KEY for one"}
	}
	return p.withOpen(ctx, c, func(o *opened) error {
		plan, err := o.bot.PlanRevision(ctx, typist(), kind, bot.PostFilter{Card: which.Card, Key: which.Delivery}, anyPost)
		if err != nil {
			return err
		}
		id := ""
		if which.Yes && len(plan.Posts) > 0 {
			id = chat.NewRevisionID()
			if err := o.bot.Revise(ctx, typist(), id, plan); err != nil {
				return err
			}
		}
		if which.Format.Format == "json" {
			listed, err := listRevision(ctx, o, id, plan)
			if err != nil {
				return err
			}
			return p.list(which.Format, listed, "", nil)
		}
		for _, line := range words.Plan(o.say, plan) {
			fmt.Fprintln(p.out, words.Plain(line))
		}
		if len(plan.Posts) > 0 {
			if err := listPosts(ctx, o, which.Format, plan.Posts); err != nil {
				return err
			}
		}
		switch {
		case id != "":
			fmt.Fprintf(p.out, "it is done as soon as %[1]s run is running; how it goes: %[1]s post status %[2]s\n", p.called, id)
		case len(plan.Posts) > 0:
			fmt.Fprintln(p.out, "nothing is done yet: add --yes to do it")
		}
		return nil
	})
}

// anyPost allows every post: the command line may revise all.
func anyPost(bot.Delivery, bot.Group) bool { return true }

func listRevision(ctx context.Context, o *opened, id string, plan bot.Revision) (listedRevision, error) {
	posts, _, err := lister{o}.all(ctx, plan.Posts)
	return listedRevision{
		Revision: id, Kind: plan.Kind, Card: plan.Card, Posts: posts, Same: plan.Same, Unsigned: plan.Unsigned,
		Doubtful: append([]bot.Place{}, plan.Doubtful...), Forgotten: plan.Forgotten,
	}, err
}

type postStatus struct {
	Revision string `arg:"" help:"The name of the correction or withdrawal, as post correct or post withdraw printed it."`
	Format
}

func (cmd postStatus) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		made, err := o.db.Deliveries(ctx, bot.DeliveryFilter{Revision: cmd.Revision, Limit: maxListed})
		if err != nil {
			return err
		}
		if len(made) == 0 {
			return &bot.UserError{Message: fmt.Sprintf("there is no correction or withdrawal %s on record", cmd.Revision)}
		}
		listed, _, err := lister{o}.all(ctx, made)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, d := range made {
			rows = append(rows, []string{d.Place.String(), d.Card, d.Follows, words.Outcome(o.say, d)})
		}
		if cmd.Format.Format != "json" {
			fmt.Fprintln(p.out, words.Revised(o.say, made))
		}
		return p.list(cmd.Format, listed, "CHANNEL CARD POST OUTCOME", rows)
	})
}

// maxListed bounds a listing that has no limit of its own.
const maxListed = 100_000

type postList struct {
	Group string `help:"Only this group's."`
	Card  string `help:"Only this card's."`
	Since Since  `help:"How far back: 30d, 12h, 2 weeks, yesterday, or a day such as 2026-11-01." default:"30d"`
	Limit int    `help:"How many at most." default:"100"`
	Format
}

func (cmd postList) Run(ctx context.Context, p program, c *Config) error {
	if err := checkLimit(cmd.Limit); err != nil {
		return err
	}
	since, err := cmd.Since.before(p.now())
	if err != nil {
		return err
	}
	return p.withOpen(ctx, c, func(o *opened) error {
		posts, err := o.db.Deliveries(ctx, bot.DeliveryFilter{
			Posts: true, Group: cmd.Group, Card: cmd.Card, Since: since, Limit: cmd.Limit,
		})
		if err != nil {
			return err
		}
		if len(posts) == 0 && cmd.Format.Format != "json" { // programs that read JSON expect an empty list
			if err := cmd.known(ctx, o); err != nil {
				return err
			}
		}
		return listPosts(ctx, o, cmd.Format, posts)
	})
}

// known returns an error if the named card or group does not exist, which explains why nothing
// is listed.
func (cmd postList) known(ctx context.Context, o *opened) error {
	_, ok := o.library.Exact(cmd.Card, words.English)
	if cmd.Card != "" && cmd.Card != bot.Agreements && !ok {
		return o.unknownCard(o.library, cmd.Card, "")
	}
	if cmd.Group == "" {
		return nil
	}
	removed, err := o.db.RemovedGroups(ctx)
	if err != nil || slices.ContainsFunc(removed, func(g bot.Group) bool { return g.ID == cmd.Group }) {
		return err
	}
	_, err = o.group(ctx, cmd.Group)
	return err
}

// listPosts lists posts with their keys.
func listPosts(ctx context.Context, o *opened, f Format, posts []bot.Delivery) error {
	listed, zones, err := lister{o}.all(ctx, posts)
	if err != nil {
		return err
	}
	var rows [][]string
	for i, d := range posts {
		rows = append(rows, []string{d.Key, o.say.Moment(d.At, zones[i]).String(), d.Place.String(), d.Card, words.Outcome(o.say, d)})
	}
	return o.list(f, listed, "POST DUE CHANNEL CARD OUTCOME", rows)
}
