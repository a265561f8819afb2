package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/playground"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
)

type tryCommand struct {
	Data string `help:"Keep the playground's data in this folder. Without it, a temporary one is used and removed at the end." type:"path"`

	Published bool `help:"In a container: allow LISTEN_ADDR=0.0.0.0:8642, all its addresses. Publish the port to your own machine alone, as in docker run -p 127.0.0.1:8642:8642, since whoever reaches the page can act as a moderator."`
}

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
		return fmt.Errorf("--data: the folder cannot be made: %w", bot.FileFault(folder, err))
	}
	listener, err := playground.Listen(c.ListenAddr, cmd.Published)
	if err != nil {
		return err
	}
	defer listener.Close()
	private := *c
	private.DatabaseURL = "sqlite:" + filepath.Join(folder, "playground.db")
	private.playground = true
	return p.withOpen(ctx, &private, func(o *opened) error {
		release, err := o.onlyServer()
		if err != nil {
			return err
		}
		defer release()
		if err := o.addSample(ctx); err != nil {
			return err
		}
		o.bot.Deck().Samples = true
		bell := &bell{o: o}
		page, err := playground.New(playground.Config{
			Log: o.log, Now: o.now, Books: o.books, Next: bell.next,
			Channels: []playground.Channel{
				{ID: sampleChannel, Name: "Evening circle"},
				{ID: freeChannel, Name: "New circle", Use: playground.Free},
				{ID: staffChannel, Name: "Staff", Use: playground.OfStaff},
			},
			Previews: map[bot.Platform]func(bot.Message) ([]byte, error){
				bot.Discord: discord.Preview, bot.Slack: func(m bot.Message) ([]byte, error) { return slack.Preview(m, "") },
			},
			Answers: map[bot.Platform]func(bot.Message) ([]byte, error){bot.Discord: discord.PreviewAnswer},
			Home:    slack.PreviewHome,
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "The playground is open at http://%s/ — press Ctrl+C to close it.\n", visited(listener.Addr()))
		return o.serve(ctx, []bot.Adapter{page}, nil, func(ctx context.Context) error {
			t := newTeam(ctx)
			t.run(func(ctx context.Context) error { return serveOn(ctx, listener, page, 0) })
			t.run(bell.ring)
			return t.join()
		})
	})
}

// visited is the address at which a browser on this machine finds the page.
func visited(listens net.Addr) string {
	tcp, ok := listens.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() { // a container's address: its port is published to this machine
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return listens.String()
}

// The playground's channels.
const (
	sampleChannel = "evening-circle"
	freeChannel   = "new-circle"
	staffChannel  = "staff"
)

func samplePlace(channel string) bot.Place {
	return bot.Place{Platform: bot.Playground, Channel: channel}
}

// sampleGroup is the group that the playground has from the start.
const sampleGroup = "evening-circle"

// addSample adds the sample group with its sessions and reminders, unless a kept folder has it
// already.
func (o *opened) addSample(ctx context.Context) error {
	g := bot.Group{
		ID: sampleGroup, Name: "Evening circle (sample)", Zone: "America/Los_Angeles", Quiet: "none",
		Langs: []string{"en"}, Places: []bot.Place{samplePlace(sampleChannel)},
		Sessions:     []bot.Session{{Rule: "every Monday at 6:00 PM", Length: 90 * time.Minute}},
		Facilitators: playground.Facilitators(),
	}
	_, err := o.db.Group(ctx, g.ID)
	if !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	if err := o.bot.Changes.Groups.Add(ctx, typist(), g); err != nil {
		return err
	}
	for _, r := range []struct{ topic, rule string }{
		{"confidentiality", "every day at 9:00"}, // the reminder that a visitor sees arrive
		{"agreements", "2 hours before each session"},
	} {
		if _, _, err := o.bot.Changes.Reminders.Add(ctx, typist(), bot.Reminder{Group: g.ID, Topic: r.topic, Rule: r.rule, Late: bot.DefaultLate}); err != nil {
			return err
		}
	}
	return nil
}
