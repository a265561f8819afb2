package main

import (
	"fmt"
	"slices"
	"time"
)

// contender is one of two servers, asked as fast as it answers.
type contender struct {
	pid int
	ask func(n int) (perSecond float64, failed int, err error) // n requests
}

// rounds is how often both are asked in turns. A machine's speed changes within seconds; so it
// changes for both.
const rounds = 9

// duel asks both in turns. It prints the median of the rounds' ratios, and the processor time
// of an answer of each.
func duel(what string, n int, ours, theirs contender) error {
	var ratios []float64
	var rates [2][]float64
	var spent [2]time.Duration
	for _, c := range []contender{ours, theirs} { // fills connections and caches
		if _, _, err := c.ask(n / rounds / 4); err != nil {
			return err
		}
	}
	for round := range rounds {
		for i, c := range []contender{ours, theirs} {
			before, err := processorTime(c.pid)
			if err != nil {
				return err
			}
			rate, failed, err := c.ask(n / rounds)
			switch {
			case err != nil:
				return err
			case failed > 0:
				return fmt.Errorf("round %d: %d errors", round+1, failed)
			}
			after, err := processorTime(c.pid)
			if err != nil {
				return err
			}
			rates[i] = append(rates[i], rate)
			spent[i] += after - before
		}
		ratios = append(ratios, rates[0][round]/rates[1][round])
	}
	for _, list := range [][]float64{ratios, rates[0], rates[1]} {
		slices.Sort(list)
	}
	each := func(i int) time.Duration { return (spent[i] / time.Duration(n)).Round(time.Microsecond) }
	fmt.Printf("closed loop, %s, %d rounds in turns: median %.0f/s; a bare verifying handler %.0f/s; ratio median %.2f, from %.2f to %.2f (aim: at least 0.7); processor time of an answer %s against %s\n",
		what, rounds, rates[0][rounds/2], rates[1][rounds/2], ratios[rounds/2], ratios[0], ratios[rounds-1], each(0), each(1))
	return nil
}
