package main

import (
	"fmt"
	"slices"
	"time"
)

// load is what a server took to answer requests at a fixed rate.
type load struct {
	took     []time.Duration // until each answer had come
	failed   int
	spent    time.Duration // processor time
	resident float64       // MB, afterwards
}

// measure asks a server and weighs it meanwhile.
func measure(pid int, ask func() (took []time.Duration, failed int, err error)) (load, error) {
	before, err := cpu(pid)
	if err != nil {
		return load{}, err
	}
	var l load
	if l.took, l.failed, err = ask(); err != nil {
		return load{}, err
	}
	after, err := cpu(pid)
	if err != nil {
		return load{}, err
	}
	l.spent = after - before
	slices.Sort(l.took)
	l.resident, _, err = memory(pid)
	return l, err
}

func (l load) at(q float64) time.Duration { return quantile(l.took, q) }

func (l load) each() time.Duration {
	return (l.spent / time.Duration(max(len(l.took), 1))).Round(time.Microsecond)
}

// sideBySide prints the program's load and a bare verifying handler's.
func sideBySide(ours, bare load) {
	for _, l := range []struct {
		who string
		load
	}{{"circlekeeper", ours}, {"a bare verifying handler", bare}} {
		fmt.Printf("%s: %d answered, %d errors (aim: 0), p50 %s, p99 %s, slowest %s; processor time of an answer %s; resident %.1f MB\n",
			l.who, len(l.took), l.failed, l.at(0.5), l.at(0.99), l.at(1), l.each(), l.resident)
	}
	fmt.Printf("processor time %.2f × (aim: at most 1.4), p99 %.2f × (aim: at most 2), resident %.1f MB (aim: at most 45)\n",
		float64(ours.spent)/float64(bare.spent), float64(ours.at(0.99))/float64(bare.at(0.99)), ours.resident)
}
