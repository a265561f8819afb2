package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/content"
)

// by is the author of all changes in a measurement.
func by() bot.Actor { return bot.Actor{ID: "cli"} }

// house is what a measurement needs: a folder, both fakes, a database with all
// cards approved, and the program's binary.
type house struct {
	dir     string
	binary  string
	url     string
	discord *discordtest.Server
	slack   *slacktest.Server
	db      *database.DB
	bot     *chat.Bot
	all     []bot.Place // of all groups
}

// withHouse sets up a house on SQLite, calls use and cleans up.
func withHouse(ctx context.Context, use func(h *house) error) (err error) {
	return withHouseAt(ctx, "", use)
}

// withHouseAt is withHouse on an existing database.
func withHouseAt(ctx context.Context, url string, use func(h *house) error) (err error) {
	h := &house{}
	if h.dir, err = os.MkdirTemp("", "benchmark"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(h.dir)) }()
	if h.binary, err = build(ctx, h.dir, "circlekeeper"); err != nil {
		return err
	}
	if h.discord, err = discordtest.Start(discordtest.Options{Forget: true}); err != nil {
		return err
	}
	defer h.discord.Close()
	if h.slack, err = slacktest.Start(slacktest.Options{Forget: true}); err != nil {
		return err
	}
	defer h.slack.Close()
	h.url = cmp.Or(url, "sqlite:"+filepath.Join(h.dir, "benchmark.db"))
	if h.db, err = database.Open(ctx, h.url, time.Now, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.db.Close()) }()
	library, err := content.Load(content.Options{})
	if err != nil {
		return err
	}
	h.bot, err = chat.New(chat.Config{Library: library, Store: h.db, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		return err
	}
	var given []content.Approval
	for _, c := range library.All() {
		given = append(given, content.Approval{
			Card: c.ID, Lang: c.Lang, Hash: c.Hash, Reviewer: "Benchmark", At: time.Now(), ReviewBy: time.Now().AddDate(0, 6, 0),
		})
	}
	if err := h.db.Approve(ctx, by(), given...); err != nil {
		return err
	}
	return use(h)
}

// groups adds n groups with so many new Discord channels each. Each group has one reminder,
// next due in an hour or later.
func (h *house) groups(ctx context.Context, n, places int) ([]bot.Reminder, error) {
	at := time.Now().UTC().Add(12 * time.Hour)
	var out []bot.Reminder
	for i := range n {
		g := bot.Group{ID: fmt.Sprint("g", i), Name: fmt.Sprint("Group ", i), Zone: "UTC", Langs: []string{"en"}, Quiet: "none"}
		for range places {
			g.Places = append(g.Places, bot.Place{Platform: bot.Discord, Space: discordtest.GuildID, Channel: h.discord.AddChannel()})
		}
		h.all = append(h.all, g.Places...)
		if err := h.db.AddGroup(ctx, by(), g); err != nil {
			return nil, err
		}
		r := bot.Reminder{Group: g.ID, Topic: "agreements", Rule: fmt.Sprintf("every day at %02d:00", at.Hour()), Late: bot.DefaultLate}
		r, err := h.db.AddReminder(ctx, by(), bot.Schedule(r, g, time.Now()))
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
