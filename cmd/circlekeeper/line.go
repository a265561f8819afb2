package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

type contentLine struct {
	ID       string   `arg:"" optional:"" help:"The line's ID, such as 988; without it, all lines are listed."`
	Down     downtime `help:"Put it out of service for this long, such as 24h or 2d, at most 7d. Then it comes back by itself."`
	Instead  string   `help:"The line to use meanwhile: its ID or its number."`
	Up       bool     `help:"Put it back in service before its time."`
	Reviewer string   `help:"The clinician who says so: \"Name, licence\"."`
	Format
}

func (cmd contentLine) Run(ctx context.Context, p program, c *Config) error {
	down := cmd.Down > 0
	switch {
	case cmd.ID == "" && (down || cmd.Up || cmd.Instead != ""):
		return &bot.UserError{Message: fmt.Sprintf("name the line: %s content line lists them", p.called)}
	case down && cmd.Up:
		return &bot.UserError{Message: "--down or --up, not both"}
	case !down && cmd.Instead != "":
		return &bot.UserError{Message: "--instead goes with --down: say how long the line is out of service, such as --down 24h"}
	case !down && !cmd.Up && cmd.Reviewer != "":
		return &bot.UserError{Message: "--reviewer signs a change: say which, with --down or --up"}
	case cmd.Up && cmd.Reviewer == "":
		return errNoReviewer()
	}
	return p.withOpen(ctx, c, func(o *opened) error {
		switch {
		case down:
			return cmd.putDown(ctx, o)
		case cmd.Up:
			return cmd.putUp(ctx, o)
		}
		return cmd.list(ctx, o)
	})
}

// downtime is how long a line is out of service.
type downtime time.Duration

// UnmarshalText reads "24h" or "2d".
func (d *downtime) UnmarshalText(text []byte) error {
	length, ok := lengthOf(string(text))
	if !ok || length > content.MaxDown {
		return fmt.Errorf("a line is out of service for at most %dd, not %q: write days or hours, such as 2d or 24h; take one that is gone for longer out of its pack", content.MaxDown/(24*time.Hour), text)
	}
	*d = downtime(length)
	return nil
}

func errNoReviewer() error {
	return &bot.UserError{Message: `name who signs that, with --reviewer "Name, licence"`}
}

func (cmd contentLine) putDown(ctx context.Context, o *opened) error {
	switch err := o.bot.Deck().Help.Lines().MayBeDown(cmd.ID); { // first: no other flag mends it
	case err != nil:
		return &bot.UserError{Message: err.Error()}
	case cmd.Instead == "":
		return &bot.UserError{Message: "name the line to use meanwhile, with --instead"}
	case cmd.Reviewer == "":
		return errNoReviewer()
	}
	known, err := database.NewLines(o.db).Down(ctx)
	if err != nil {
		return err
	}
	now := o.now()
	d, err := o.bot.Deck().Help.Lines().NewDownLine(cmd.ID, now.Add(time.Duration(cmd.Down)), cmd.Instead, cmd.Reviewer, known, now)
	if err != nil {
		return &bot.UserError{Message: err.Error()}
	}
	if err := database.NewLines(o.db).PutDown(ctx, typist(), d); err != nil {
		return err
	}
	clock, err := commonClock(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%s is out of service until %s; the crisis card names %s instead\n", d.Line, o.say.Moment(d.Until, clock), d.Instead)
	return nil
}

func (cmd contentLine) putUp(ctx context.Context, o *opened) error {
	reviewer, err := content.ParseReviewer(cmd.Reviewer)
	if err != nil {
		return &bot.UserError{Message: err.Error()}
	}
	err = database.NewLines(o.db).PutUp(ctx, typist(), strings.ToLower(cmd.ID), reviewer)
	if errors.Is(err, bot.ErrNotFound) {
		return &bot.UserError{Message: fmt.Sprintf("the line %q is in service", cmd.ID)}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%s is in service again\n", cmd.ID)
	return nil
}

// listedLine is a crisis line as the list shows it.
type listedLine struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Numbers    []string  `json:"numbers"`
	Languages  []string  `json:"languages"`
	Source     string    `json:"source"`
	Telephoned time.Time `json:"telephoned,omitzero"` // the date in its pack
	By         string    `json:"telephoned_by,omitempty"`
	DownUntil  time.Time `json:"down_until,omitzero"`
	Instead    string    `json:"instead,omitempty"`
	SignedBy   string    `json:"signed_by,omitempty"` // who signed that it is out of service
}

func (cmd contentLine) list(ctx context.Context, o *opened) error {
	clock, err := commonClock(ctx, o)
	if err != nil {
		return err
	}
	var all []listedLine
	var rows [][]string
	var ids []string
	down := o.bot.Deck().Help.Down()
	for _, e := range o.bot.Deck().Help.Lines().Entries() {
		ids = append(ids, e.ID)
		if cmd.ID != "" && !strings.EqualFold(e.ID, cmd.ID) {
			continue
		}
		l := listedLine{ID: e.ID, Name: e.Name, Languages: e.Languages, Source: e.Source, Telephoned: e.Telephoned.On, By: e.Telephoned.By}
		for _, w := range e.Ways {
			l.Numbers = append(l.Numbers, w.Shown)
		}
		state := "in service"
		if i := slices.IndexFunc(down, func(d content.DownLine) bool { return d.Line == e.ID }); i >= 0 {
			l.DownUntil, l.Instead, l.SignedBy = down[i].Until.UTC(), down[i].Instead, down[i].By
			state = fmt.Sprintf("out of service until %s, instead %s", o.say.Moment(down[i].Until, clock), l.Instead)
		}
		telephoned := "-"
		if !l.Telephoned.IsZero() {
			telephoned = o.say.Calendar.Day(l.Telephoned)
		}
		all = append(all, l)
		rows = append(rows, []string{l.ID, strings.Join(l.Numbers, " "), words.LangNames(o.say, l.Languages), telephoned, l.Source, state})
	}
	if len(all) == 0 {
		return o.unknown("line", cmd.ID, nearestNames(cmd.ID, ids), "content line")
	}
	return o.list(cmd.Format, all, "ID NUMBERS LANGUAGES TELEPHONED SOURCE STATE", rows)
}

// readDownLines tells the core which crisis lines are out of service.
func (o *opened) readDownLines(ctx context.Context) error {
	all, err := database.NewLines(o.db).Down(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].Until = all[i].Until.In(o.now().Location()) // so that the texts use this machine's clock
	}
	o.bot.SetDownLines(all)
	return nil
}

// crisis returns the crisis card as a reviewer signs it: with the clinic's packs, and with
// every line in service.
func (o *opened) crisis(lang string) content.Card {
	if c, ok := o.library.Exact("crisis", lang); ok {
		return c
	}
	c, _ := o.library.Card("crisis", words.English)
	return c
}
