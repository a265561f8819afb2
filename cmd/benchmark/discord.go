package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"circlekeeper/adapters/discord/discordtest"
)

// atDiscord is the program with only a fake Discord.
type atDiscord struct {
	fake   *discordtest.Server
	dir    string
	binary string
	starts int
}

func withDiscord(ctx context.Context, o discordtest.Options, use func(d *atDiscord) error) (err error) {
	d := &atDiscord{}
	if d.dir, err = os.MkdirTemp("", "benchmark"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(d.dir)) }()
	if d.binary, err = build(ctx, d.dir, "circlekeeper"); err != nil {
		return err
	}
	if d.fake, err = discordtest.Start(o); err != nil {
		return err
	}
	defer d.fake.Close()
	return use(d)
}

// start runs the program until it is ready, with a database of its own.
func (d *atDiscord) start(ctx context.Context, env ...string) (*served, error) {
	d.starts++
	p, err := background(exec.Command(d.binary, "run"), append([]string{
		"DATABASE_URL=sqlite:" + filepath.Join(d.dir, fmt.Sprintf("%d.db", d.starts)), "LOG_LEVEL=error",
		"DISCORD_TOKEN=" + discordtest.Token, "DISCORD_API_URL=" + d.fake.URL,
	}, env...)...)
	if err != nil {
		return nil, err
	}
	if _, err := p.ready(ctx); err != nil {
		p.abandon()
		return nil, err
	}
	return p, nil
}

// background starts a program that listens on its LISTEN_ADDR.
func background(cmd *exec.Cmd, env ...string) (*served, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &served{cmd: cmd, address: l.Addr().String(), log: new(bytes.Buffer), began: time.Now()}
	if err := l.Close(); err != nil {
		return nil, err
	}
	cmd.Env = append([]string{"HOME=" + os.TempDir(), "LISTEN_ADDR=" + p.address}, env...)
	cmd.Stderr = p.log
	return p, cmd.Start()
}

type discordServersCommand struct {
	Servers int           `help:"How many servers the bot is told of." default:"1000"`
	Settle  time.Duration `help:"How long it rests before memory is read." default:"10s"`
}

// Run tells the bot of many servers at once, as Discord does to a bot with the Guilds intent,
// and measures its memory before and after.
func (c discordServersCommand) Run(ctx context.Context) error {
	for _, members := range []int{1, 250} {
		err := withDiscord(ctx, discordtest.Options{Forget: true}, func(d *atDiscord) error {
			p, err := d.start(ctx)
			if err != nil {
				return err
			}
			defer p.abandon()
			if err := c.ask(ctx, d); err != nil {
				return err
			}
			if err := rest(ctx, c.Settle); err != nil {
				return err
			}
			idle, idleOwn, err := memory(p.cmd.Process.Pid)
			if err != nil {
				return err
			}
			began := time.Now()
			for i := range c.Servers {
				d.fake.Dispatch("GUILD_CREATE", guild(i, members))
			}
			if err := c.ask(ctx, d); err != nil { // events come in order
				return err
			}
			took := time.Since(began)
			atOnce, _, err := memory(p.cmd.Process.Pid)
			if err != nil {
				return err
			}
			if err := rest(ctx, c.Settle); err != nil {
				return err
			}
			all, own, err := memory(p.cmd.Process.Pid)
			if err != nil {
				return err
			}
			fmt.Printf("%d servers × 40 channels × 25 roles × %d members in %s: idle %.1f MB (%.1f its own), at once %+.1f MB, after %s %+.1f MB (%+.1f its own; aim: at most +15 MB)\n",
				c.Servers, members, took.Round(time.Millisecond), idle, idleOwn, atOnce-idle, c.Settle, all-idle, own-idleOwn)
			return p.stop()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (discordServersCommand) ask(ctx context.Context, d *atDiscord) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if err := d.fake.AwaitReady(ctx, 1); err != nil {
		return err
	}
	_, err := d.fake.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"}).Acked(ctx)
	return err
}

// guild is a server in the form of GUILD_CREATE:
// https://docs.discord.com/developers/events/gateway-events#guild-create
func guild(n, members int) map[string]any {
	id := func(kind, i int) string { return fmt.Sprintf("%d%08d%05d", kind, n, i) }
	var channels, roles, people []any
	for i := range 40 {
		channels = append(channels, map[string]any{
			"id": id(4, i), "type": 0, "name": fmt.Sprintf("channel-%d", i), "position": i, "topic": strings.Repeat("what it is about ", 4),
			"permission_overwrites": []any{map[string]any{"id": id(3, 0), "type": 0, "allow": "0", "deny": "1024"}},
		})
	}
	for i := range 25 {
		roles = append(roles, map[string]any{"id": id(3, i), "name": fmt.Sprintf("role %d", i), "permissions": "104324673", "position": i, "color": 0})
	}
	for i := range members {
		people = append(people, map[string]any{
			"user":  map[string]any{"id": id(5, i), "username": fmt.Sprintf("member%d", i), "discriminator": "0", "avatar": strings.Repeat("0f", 16)},
			"roles": []string{id(3, 1), id(3, 2)}, "joined_at": "2024-01-01T00:00:00.000000+00:00", "deaf": false, "mute": false, "flags": 0,
		})
	}
	return map[string]any{
		"id": id(2, 0), "name": fmt.Sprintf("Server %d", n), "owner_id": id(5, 0), "member_count": members, "large": members > 50,
		"channels": channels, "roles": roles, "members": people, "presences": []any{}, "emojis": []any{}, "threads": []any{},
		"joined_at": "2024-01-01T00:00:00.000000+00:00", "unavailable": false,
	}
}
