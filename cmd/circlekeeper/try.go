package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/playground"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
)

type tryCommand struct {
	Data string `help:"Keep the playground's data in this folder; without it, a temporary one is used and removed." type:"path"`
}

// Times of the sample reminder. Real rules fire at most once an hour; the
// playground calls its reminder forward so that a visitor sees it arrive.
const (
	sampleFirst = 8 * time.Second
	sampleEvery = time.Minute
)

func (cmd tryCommand) Run(ctx context.Context, p program, c *Config) error {
	folder := cmd.Data
	if folder == "" {
		temporary, err := os.MkdirTemp("", "circlekeeper-try-")
		if err != nil {
			return fmt.Errorf("a temporary folder cannot be made: %w", err)
		}
		defer os.RemoveAll(temporary)
		folder = temporary
	} else if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("--data: the folder cannot be made: %w", err)
	}
	listener, err := playground.Listen(c.ListenAddr)
	if err != nil {
		return err
	}
	defer listener.Close()
	private := *c
	private.DatabaseURL = "sqlite:" + filepath.Join(folder, "playground.db")
	private.playground = true
	return p.withOpen(ctx, &private, func(o *opened) error {
		release, err := o.onlyServer(ctx)
		if err != nil {
			return err
		}
		defer release()
		sample, err := o.sampleReminder(ctx)
		if err != nil {
			return err
		}
		bell := &bell{o: o, reminder: sample}
		page, err := playground.New(playground.Config{
			Log: o.log, Now: o.now, Next: bell.next,
			Channels: []playground.Channel{{ID: sampleChannel, Name: "Evening circle"}, {ID: staffChannel, Name: "Staff"}},
			Previews: map[bot.Platform]func(bot.Message) ([]byte, error){
				bot.Discord: discord.Preview, bot.Slack: func(m bot.Message) ([]byte, error) { return slack.Preview(m, "") },
			},
			Answers: map[bot.Platform]func(bot.Message) ([]byte, error){bot.Discord: discord.PreviewAnswer},
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "The playground is open at http://%s/ — press Ctrl+C to close it.\n", listener.Addr())
		return o.serve(ctx, []bot.Adapter{page}, "", func(ctx context.Context) error {
			t := newTeam(ctx)
			t.run(func(ctx context.Context) error { return serveOn(ctx, listener, page, 0) })
			t.run(bell.ring)
			return t.join()
		})
	})
}

// The playground's channels.
const (
	sampleChannel = "evening-circle"
	staffChannel  = "staff"
)

func samplePlace(channel string) bot.Place {
	return bot.Place{Platform: bot.Playground, Channel: channel}
}

// sampleReminder makes the sample group with its reminder, unless a kept folder
// has them already.
func (o *opened) sampleReminder(ctx context.Context) (string, error) {
	g := bot.Group{
		ID: "evening-circle", Name: "Evening circle (sample)", Zone: "America/Los_Angeles", Quiet: "none",
		Langs: []string{"en"}, Places: []bot.Place{samplePlace(sampleChannel)},
	}
	if _, err := o.db.Group(ctx, g.ID); err != nil {
		if err := o.bot.Changes.AddGroup(ctx, typist(), g); err != nil {
			return "", err
		}
		_, _, err := o.bot.Changes.AddReminder(ctx, typist(), bot.Reminder{Group: g.ID, Topic: "confidentiality", Rule: "every day at 9:00", Late: bot.DefaultLate})
		if err != nil {
			return "", err
		}
	}
	reminders, err := o.db.Reminders(ctx, g.ID)
	if err != nil || len(reminders) == 0 {
		return "", err
	}
	return reminders[0].ID, nil
}

// bell calls the sample reminder forward again and again.
type bell struct {
	o        *opened
	reminder string
	at       atomic.Pointer[time.Time]
}

func (b *bell) ring(ctx context.Context) error {
	for wait := sampleFirst; b.reminder != ""; wait = sampleEvery {
		at := b.o.now().Add(wait)
		if err := b.o.db.BringForward(ctx, b.reminder, at); err != nil && ctx.Err() == nil {
			b.o.log.Warn("the sample reminder could not be called forward", "error", err)
		}
		b.at.Store(&at)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait + time.Second):
		}
	}
	<-ctx.Done()
	return nil
}

// next says when the sample reminder comes next.
func (b *bell) next() string {
	at := b.at.Load()
	if at == nil {
		return ""
	}
	return "The next sample reminder arrives at " + at.Local().Format("15:04:05") + "."
}
