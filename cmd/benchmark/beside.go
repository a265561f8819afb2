package main

import (
	"fmt"
	"slices"
	"time"
)

// load is what it cost a server to answer requests at a fixed rate.
type load struct {
	took          []time.Duration // until each answer arrived
	failed        int
	spent         time.Duration // processor time
	resident, own float64       // MB, afterwards; see memory
}

// asked is a server that is asked at a fixed rate for a while.
type asked struct {
	pid int
	ask func(length time.Duration) (took []time.Duration, failed int, err error)
}

// turn is how long each of two servers is asked before the other's turn. A machine's speed
// changes within seconds; so it changes for both.
const turn = 3 * time.Second

// measure asks a server for one turn and measures its memory meanwhile.
func (l *load) measure(a asked, length time.Duration) error {
	before, err := processorTime(a.pid)
	if err != nil {
		return err
	}
	took, failed, err := a.ask(length)
	if err != nil {
		return err
	}
	after, err := processorTime(a.pid)
	if err != nil {
		return err
	}
	l.took = append(l.took, took...)
	l.failed += failed
	l.spent += after - before
	l.resident, l.own, err = memory(a.pid)
	return err
}

func (l *load) at(q float64) time.Duration { return quantile(l.took, q) }

func (l *load) each() time.Duration {
	return (l.spent / time.Duration(max(len(l.took), 1))).Round(time.Microsecond)
}

// sideBySide asks the program and a bare verifying handler in turns, each for length in all,
// and prints what that cost.
func sideBySide(length time.Duration, program, handler asked) error {
	var ours, bare load
	for rest := length; rest > 0; rest -= turn {
		if err := ours.measure(program, min(turn, rest)); err != nil {
			return err
		}
		if err := bare.measure(handler, min(turn, rest)); err != nil {
			return err
		}
	}
	for _, l := range []struct {
		who string
		*load
	}{{"circlekeeper", &ours}, {"a bare verifying handler", &bare}} {
		slices.Sort(l.took)
		fmt.Printf("%s: %d answered, %d errors (aim: 0), p50 %s, p99 %s, slowest %s; processor time of an answer %s; resident %.1f MB, %.1f MB of it its own\n",
			l.who, len(l.took), l.failed, l.at(0.5), l.at(0.99), l.at(1), l.each(), l.resident, l.own)
	}
	fmt.Printf("processor time %.2f × (aim: at most 1.4), p99 %.2f × (aim: at most 2), resident %.1f MB (aim: at most 45)\n",
		float64(ours.spent)/float64(bare.spent), float64(ours.at(0.99))/float64(bare.at(0.99)), ours.resident)
	return nil
}
