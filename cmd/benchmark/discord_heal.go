package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/adapters/discord/discordtest"
)

type discordHealCommand struct {
	Heartbeat time.Duration `help:"Between heartbeats; Discord's is 41.25s." default:"10s"`
	Outage    time.Duration `help:"How long an outage lasts." default:"10s"`
	Real      bool          `help:"Add the silent faults at Discord's own 41.25s, which take some minutes." default:"true" negatable:""`
}

// discordHeartbeat is Discord's interval. A dead peer shows only by heartbeats that it does not
// answer, so the interval alone decides how long people wait then.
const discordHeartbeat = 41250 * time.Millisecond

// fault is a failure of the gateway.
type fault struct {
	name string
	do   func(*discordtest.Server) error // causes it; returns when it is over, or lasts
	mend func(*discordtest.Server)       // ends a lasting fault, once people are answered again
}

func at(f func(s *discordtest.Server)) func(*discordtest.Server) error {
	return func(s *discordtest.Server) error { f(s); return nil }
}

// silent lists the faults that the program is not told of.
func silent() []fault {
	return []fault{
		{"no ACK", at(func(s *discordtest.Server) { s.Mute(true) }), func(s *discordtest.Server) { s.Mute(false) }},
		{"half-open", at((*discordtest.Server).Freeze), nil},
	}
}

func (c discordHealCommand) faults(ctx context.Context) []fault {
	type gate = discordtest.Reply
	const route = "GET /gateway/bot"
	down := func(s *discordtest.Server) error {
		s.Down()
		if err := rest(ctx, c.Outage); err != nil {
			return err
		}
		return s.Up()
	}
	failing := func(f discordtest.Fault) func(*discordtest.Server) error {
		return func(s *discordtest.Server) error {
			f.Route, f.Times = route, 1000
			s.Fail(f)
			s.Invalidate(false)
			err := rest(ctx, c.Outage)
			s.Mend()
			return err
		}
	}
	all := append([]fault{
		{"connection cut", at((*discordtest.Server).Cut), nil},
		{"op 7", at((*discordtest.Server).Reconnect), nil},
		{"op 7 in answer to RESUME", at(func(s *discordtest.Server) { s.OnResume(gate{Op: 7}); s.Reconnect() }), nil},
		{"op 7 in answer to each RESUME", at(func(s *discordtest.Server) {
			s.OnResume(slices.Repeat([]gate{{Op: 7}}, 100)...)
			s.Reconnect()
		}), func(s *discordtest.Server) { s.OnResume() }},
		{"op 9 true", at(func(s *discordtest.Server) { s.Invalidate(true) }), nil},
		{"op 9 false", at(func(s *discordtest.Server) { s.Invalidate(false) }), nil},
		{"silence after RESUME", at(func(s *discordtest.Server) { s.OnResume(gate{Silence: true}); s.Cut() }), nil},
		{"Discord down", down, nil},
		{"API answers 429 with HTML", failing(discordtest.Fault{Status: 429, HTML: true, After: time.Second}), nil},
		{"API answers 502 with HTML", failing(discordtest.Fault{Status: 502, HTML: true}), nil},
		{"API takes 3s for each answer", failing(discordtest.Fault{Delay: 3 * time.Second}), nil},
	}, silent()...)
	for _, code := range []int{4000, 4001, 4002, 4003, 4005, 4006, 4007, 4008, 4009} {
		all = append(all, fault{fmt.Sprintf("close code %d", code), at(func(s *discordtest.Server) { s.Hangup(code) }), nil})
	}
	return all
}

// Run prints for each fault how long it takes until the gateway is connected again and a
// command is answered, and what that costs.
func (c discordHealCommand) Run(ctx context.Context) error {
	if err := c.heal(ctx, c.Heartbeat, c.faults(ctx), c.ends); err != nil || !c.Real {
		return err
	}
	return c.heal(ctx, discordHeartbeat, silent(), nil)
}

func (c discordHealCommand) heal(ctx context.Context, heartbeat time.Duration, faults []fault, ends func(context.Context, *atDiscord, *served) (*served, error)) error {
	return withDiscord(ctx, discordtest.Options{Heartbeat: heartbeat}, func(d *atDiscord) error {
		p, err := d.start(ctx)
		if err != nil {
			return err
		}
		defer func() { p.abandon() }()
		fmt.Printf("heartbeats %s apart\n", heartbeat)
		var worst time.Duration
		for i, f := range faults {
			took, err := d.after(ctx, f)
			if err != nil {
				return err
			}
			worst = max(worst, took)
			if i < len(faults)-1 {
				if err := rest(ctx, heartbeat+time.Second); err != nil { // the connection has lasted for a heartbeat
					return err
				}
			}
		}
		fmt.Printf("worst %.1fs (aim: below 60s); %d IDENTIFYs in all; refused answers: %d\n", worst.Seconds(), d.fake.Gate().Identifies, len(d.fake.Refused()))
		if ends != nil {
			if p, err = ends(ctx, d, p); err != nil {
				return err
			}
		}
		return p.stop()
	})
}

// after returns how long after a fault people are answered again.
func (d *atDiscord) after(ctx context.Context, f fault) (time.Duration, error) {
	before := d.fake.Gate()
	if err := f.do(d.fake); err != nil {
		return 0, err
	}
	began := time.Now()
	soon, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	err := d.fake.AwaitGate(soon, func(g discordtest.Gate) bool { return g.Ready > before.Ready && g.Live })
	took := time.Since(began)
	if f.mend != nil {
		f.mend(d.fake)
	}
	if err == nil {
		_, err = d.fake.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}).Answer(soon)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: not connected again: %w", f.name, err)
	}
	now := d.fake.Gate()
	fmt.Printf("%-30s connected after %6.2fs; %d RESUME, %d IDENTIFY\n", f.name, took.Seconds(), now.Resumes-before.Resumes, now.Identifies-before.Identifies)
	return took, nil
}

// ends checks how the program ends if only a person can help. It returns the program that runs
// afterwards.
func (discordHealCommand) ends(ctx context.Context, d *atDiscord, p *served) (*served, error) {
	for _, end := range []struct {
		code int
		says string
	}{{4004, "token"}, {4010, "gateway"}, {4011, "gateway"}, {4012, "gateway"}, {4013, "intents"}, {4014, "intents"}} {
		d.fake.OnResume(discordtest.Reply{Close: end.code})
		d.fake.Cut()
		began := time.Now()
		err := p.cmd.Wait()
		fmt.Printf("close code %d: the program ends after %.1fs with %q, naming the %s: %v\n",
			end.code, time.Since(began).Seconds(), err, end.says, strings.Contains(p.log.String(), end.says))
		if p, err = d.start(ctx); err != nil {
			return p, err
		}
	}
	return p, nil
}
