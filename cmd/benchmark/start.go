package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

type startCommand struct {
	Times int `help:"How many starts." default:"10"`
}

// Run measures the time from the start of the process until /readyz answers 200, with both
// platforms connected.
func (c startCommand) Run(ctx context.Context) error {
	return withHouse(ctx, func(h *house) error {
		var took []time.Duration
		var all, own float64
		for i := range c.Times {
			p, err := serve(h.binary, h.url, h.discord, h.slack)
			if err != nil {
				return err
			}
			defer p.abandon()
			d, err := p.ready(ctx)
			if err != nil {
				return err
			}
			took = append(took, d)
			if i == c.Times-1 {
				if err := rest(ctx, 10*time.Second); err != nil {
					return err
				}
				if all, own, err = memory(p.cmd.Process.Pid); err != nil {
					return err
				}
			}
			if err := p.stop(); err != nil {
				return fmt.Errorf("stopping: %w\n%s", err, p.log)
			}
		}
		slices.Sort(took)
		fmt.Printf("start until ready: median %s of %d, fastest %s, slowest %s (aim: below 300ms)\n",
			took[len(took)/2].Round(time.Millisecond), c.Times, took[0].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
		fmt.Printf("resident at rest after 10s, both platforms connected: %.1f MB, %.1f MB of it its own (aim: below 40 MB)\n", all, own)
		stripped, err := build(ctx, h.dir, "stripped", "-trimpath", "-ldflags", "-s -w")
		if err != nil {
			return err
		}
		for name, file := range map[string]string{"binary": h.binary, `binary with -ldflags "-s -w"`: stripped} {
			info, err := os.Stat(file)
			if err != nil {
				return err
			}
			fmt.Printf("%s: %.1f MB\n", name, float64(info.Size())/1e6)
		}
		return nil
	})
}
