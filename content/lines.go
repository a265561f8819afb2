package content

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// regions are the folders of a content directory that have a region's pack, sorted.
func regions(dir fs.FS) []string {
	all, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil // readAll reports the error
	}
	var out []string
	for _, e := range all {
		if !strings.HasPrefix(e.Name(), ".") && isRegion(dir, e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out
}

// readLines reads the program's packs and the clinic's, which replace them by region. It leaves out
// a pack of the clinic's that cannot be used, so that the program's own lines stay.
func (l *Library) readLines(o Options) error {
	packs, err := builtInPacks()
	if err != nil {
		return err
	}
	all, floors := map[string]pack{}, []pack{}
	for _, p := range packs {
		all[p.region] = p
	}
	own := []string{}
	if o.Dir != nil {
		own = regions(o.Dir)
	}
	for _, region := range own {
		p, err := readPack(o.Dir, region, cmp.Or(o.DirName, "content directory"))
		if err != nil {
			l.broken = append(l.broken, findings(err)...)
			continue
		}
		p.own = true
		if p.floor != nil {
			floors = append(floors, p)
			continue
		}
		p.floor, p.steps = all[region].floor, all[region].steps
		if p.note == nil {
			p.note = all[region].note
		}
		all[region] = p
	}
	l.without = linesOf(ordered(all))
	l.lines = l.without
	switch {
	case len(floors) > 1:
		l.broken = append(l.broken, Finding{File: floors[1].file, Line: 1, Card: "crisis", Lang: English, Rule: packRule, Message: fmt.Sprintf("%s brings a floor already: one country's is shown", floors[0].file)})
	case len(floors) == 1:
		all[floors[0].region] = floors[0]
		if floors[0].country != l.without.country {
			delete(all, l.without.country)
		}
		l.lines = linesOf(ordered(all))
		l.lines.own = true
	}
	return nil
}

// ordered are packs by region: a country before its parts.
func ordered(all map[string]pack) []pack {
	var out []pack
	for _, p := range all {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b pack) int { return cmp.Compare(a.region, b.region) })
	return out
}

// packRule is the rule of findings about packs.
const packRule = "pack"

// findings makes a Finding of each problem of a pack, with its line.
func findings(err error) (out []Finding) {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, err := range all {
		f := Finding{Line: 1, Card: "crisis", Lang: English, Rule: packRule, Message: err.Error()}
		if p, ok := errors.AsType[*Problem](err); ok {
			f.File, f.Line, f.Message = p.File, p.Line, p.Reason
		}
		out = append(out, f)
	}
	return out
}

// FloorSignatures is how many different reviewers must sign the clinic's own floor.
const FloorSignatures = 2

// Lines are the lines in force. The clinic's own floor, if there is one, replaces the program's as
// a whole when FloorSignatures reviewers have signed its card and each of its numbers was called.
// Until then waits is true.
func (l *Library) Lines(signed SignOff) (in Lines, waits bool) {
	if l.lines.own && !l.lines.signed(signed, l.set, l.voice) {
		return l.without, true
	}
	return l.lines, false
}

// signed reports whether FloorSignatures reviewers have signed the card of these lines and all
// numbers of the floor were called. It ignores the date of the next review: numbers that are due
// for a review are better than another country's.
func (l Lines) signed(by SignOff, set map[string]string, voice Voice) bool {
	if slices.ContainsFunc(l.floor, func(e CrisisEntry) bool { return e.Telephoned.On.IsZero() }) {
		return false
	}
	card := l.Card(English, set, voice, nil, time.Time{})
	var names []string
	for _, a := range by.signed[name{English, card.ID}] {
		if a.Hash == card.Hash && !slices.ContainsFunc(names, func(n string) bool { return SameReviewer(n, a.Reviewer) }) {
			names = append(names, a.Reviewer)
		}
	}
	return len(names) >= FloorSignatures
}

// StillSigned reports whether earlier lines, with the clinic's own floor, are still signed.
func (l *Library) StillSigned(before Lines, signed SignOff) bool {
	return before.own && before.signed(signed, l.set, l.voice)
}

// Broken are the problems of packs that cannot be used and were left out.
func (l *Library) Broken() []Finding { return slices.Clone(l.broken) }

// OwnFloor reports whether the clinic has its own floor, in force or not.
func (l *Library) OwnFloor() bool { return l.lines.own }

// Own reports whether the floor is the clinic's.
func (l Lines) Own() bool { return l.own }
