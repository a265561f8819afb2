package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
)

type simulateCommand struct {
	Seeds  int    `help:"How many seeds; 0 stands for 10,000, or with --year for one."`
	First  int    `help:"The first seed." default:"1"`
	Weeks  int    `help:"How many weeks of a clinic each seed plays." default:"1"`
	Groups int    `help:"How many groups the clinic has." default:"3"`
	Year   bool   `help:"Play a year of a clinic with 30 groups instead, of about 120 places."`
	Only   string `help:"Of one seed, the numbers of the events that happen; all if empty."`
	Lanes  int    `help:"How many side by side; 0 stands for one for each core."`
}

// Run plays the simulation of adapters/database, where it says what a seed is. The simulation
// needs the clock of Go's testing package, so it runs as a test.
func (c simulateCommand) Run(ctx context.Context) error {
	if c.Year {
		c.Weeks, c.Groups, c.Seeds = 52, 30, cmp.Or(c.Seeds, 1)
	}
	c.Seeds = cmp.Or(c.Seeds, 10000)
	lanes := c.Lanes
	if lanes == 0 {
		lanes = runtime.NumCPU()
	}
	lanes = max(1, min(lanes, c.Seeds))
	dir, err := os.MkdirTemp("", "simulate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := dir + "/simulate.test"
	if err := show(exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, "./adapters/database")); err != nil {
		return err
	}
	failed := make([]error, lanes)
	var all sync.WaitGroup
	for i := range lanes {
		first, next := c.First+i*c.Seeds/lanes, c.First+(i+1)*c.Seeds/lanes
		all.Go(func() {
			cmd := exec.CommandContext(ctx, binary, "-test.run", "^TestSimulation$", "-test.v", "-test.timeout", "0")
			cmd.Dir = "adapters/database"
			// The tasks of a world take turns: a second processor only makes each turn dearer.
			cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "SIMULATE_SEED="+strconv.Itoa(first), "SIMULATE_SEEDS="+strconv.Itoa(next-first),
				"SIMULATE_WEEKS="+strconv.Itoa(c.Weeks), "SIMULATE_GROUPS="+strconv.Itoa(c.Groups), "SIMULATE_ONLY="+c.Only)
			if err := show(cmd); err != nil {
				failed[i] = fmt.Errorf("seeds %d to %d: %w", first, next-1, err)
			}
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

func show(cmd *exec.Cmd) error {
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
