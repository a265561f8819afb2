package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"circlekeeper/adapters/discord/discordtest"
)

type discordHealCommand struct {
	Heartbeat time.Duration `help:"Between heartbeats; Discord's is 41.25s." default:"10s"`
	Outage    time.Duration `help:"How long an outage lasts." default:"10s"`
}

// Run tells, fault by fault, how long after its end the gateway is connected
// again and a command answered, and what that cost.
func (c discordHealCommand) Run(ctx context.Context) error {
	type gate = discordtest.Reply
	const route = "GET /gateway/bot"
	down := func(s *discordtest.Server) error {
		s.Down()
		if err := rest(ctx, c.Outage); err != nil {
			return err
		}
		return s.Up()
	}
	at := func(f func(s *discordtest.Server)) func(*discordtest.Server) error {
		return func(s *discordtest.Server) error { f(s); return nil }
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
	faults := []struct {
		name string
		do   func(*discordtest.Server) error // returns when the fault has ended
	}{
		{"connection cut", at((*discordtest.Server).Cut)},
		{"op 7", at((*discordtest.Server).Reconnect)},
		{"op 7 in answer to RESUME", at(func(s *discordtest.Server) { s.OnResume(gate{Op: 7}); s.Reconnect() })},
		{"op 9 true", at(func(s *discordtest.Server) { s.Invalidate(true) })},
		{"op 9 false", at(func(s *discordtest.Server) { s.Invalidate(false) })},
		{"silence after RESUME", at(func(s *discordtest.Server) { s.OnResume(gate{Silence: true}); s.Cut() })},
		{"no ACK", func(s *discordtest.Server) error {
			s.Mute(true)
			err := rest(ctx, 2*c.Heartbeat)
			s.Mute(false)
			return err
		}},
		{"half-open", at((*discordtest.Server).Freeze)},
		{"Discord down", down},
		{"API answers 429 with HTML", failing(discordtest.Fault{Status: 429, HTML: true, After: time.Second})},
		{"API answers 502 with HTML", failing(discordtest.Fault{Status: 502, HTML: true})},
		{"API takes 3s for each answer", failing(discordtest.Fault{Delay: 3 * time.Second})},
	}
	for _, code := range []int{4000, 4001, 4002, 4003, 4005, 4006, 4007, 4008, 4009} {
		faults = append(faults, struct {
			name string
			do   func(*discordtest.Server) error
		}{fmt.Sprintf("close code %d", code), at(func(s *discordtest.Server) { s.Hangup(code) })})
	}
	return withDiscord(ctx, discordtest.Options{Heartbeat: c.Heartbeat}, func(d *atDiscord) error {
		p, err := d.start(ctx)
		if err != nil {
			return err
		}
		defer func() { p.abandon() }()
		var worst time.Duration
		for _, f := range faults {
			before := d.fake.Gate()
			if err := f.do(d.fake); err != nil {
				return err
			}
			ended := time.Now()
			soon, cancel := context.WithTimeout(ctx, 3*time.Minute)
			err := d.fake.AwaitGate(soon, func(g discordtest.Gate) bool { return g.Ready > before.Ready && g.Live })
			took := time.Since(ended)
			if err == nil {
				_, err = d.fake.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}).Answer(soon)
			}
			cancel()
			if err != nil {
				return fmt.Errorf("%s: not connected again: %w", f.name, err)
			}
			worst = max(worst, took)
			now := d.fake.Gate()
			fmt.Printf("%-30s connected %6.2fs after its end; %d RESUME, %d IDENTIFY\n", f.name, took.Seconds(), now.Resumes-before.Resumes, now.Identifies-before.Identifies)
			if err := rest(ctx, c.Heartbeat+time.Second); err != nil { // a connection that lasted
				return err
			}
		}
		fmt.Printf("worst %.1fs (aim: below 60s); %d IDENTIFYs in all; refused answers: %d\n", worst.Seconds(), d.fake.Gate().Identifies, len(d.fake.Refused()))
		for _, end := range []struct {
			code int
			says string
		}{{4004, "token"}, {4014, "intents"}} {
			d.fake.OnResume(gate{Close: end.code})
			d.fake.Cut()
			began := time.Now()
			err := p.cmd.Wait()
			fmt.Printf("close code %d: the program ends after %.1fs with %q, naming the %s: %v\n",
				end.code, time.Since(began).Seconds(), err, end.says, strings.Contains(p.log.String(), end.says))
			if p, err = d.start(ctx); err != nil {
				return err
			}
		}
		return p.stop()
	})
}
