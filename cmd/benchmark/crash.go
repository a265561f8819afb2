package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

type crashCommand struct {
	Rounds int `help:"How many rounds." default:"1000"`
	Lanes  int `help:"How many side by side." default:"10"`
}

// Run runs the crash test of cmd/circlekeeper. That test says what a round is.
func (c crashCommand) Run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-run", "^TestCrash$", "-timeout", "0", "-v", "./cmd/circlekeeper")
	cmd.Env = append(os.Environ(), fmt.Sprint("CRASH_ROUNDS=", c.Rounds), fmt.Sprint("CRASH_LANES=", c.Lanes))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
