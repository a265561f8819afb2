package main

import (
	"cmp"
	"fmt"

	"circlekeeper/bot"
)

// level says how much a finding matters.
type level string

const (
	fine    level = "ok"
	warning level = "warning"
	problem level = "problem" // makes check exit with 1
)

type checked struct {
	Level level  `json:"level"`
	About string `json:"about"`
	Says  string `json:"says"`
}

// checklist gathers what was found.
type checklist struct {
	all    []checked
	hide   func(string) string // takes secrets out of what is said
	called called
	next   string // what to do first, beside problems
}

// then names something to do; what was named before it comes first.
func (l *checklist) then(format string, args ...any) {
	if l.next == "" {
		l.next = l.hide(fmt.Sprintf(format, args...))
	}
}

// Next is the one thing to do now.
func (l *checklist) Next() string {
	for _, f := range l.all {
		if f.Level == problem {
			return fmt.Sprintf("mend what is marked problem, first %q, then %s check", f.About, l.called)
		}
	}
	return cmp.Or(l.next, l.called.String()+" run")
}

func (l *checklist) add(level level, about, format string, args ...any) {
	l.all = append(l.all, checked{level, about, l.hide(fmt.Sprintf(format, args...))})
}

// remarks adds what an adapter says about the application.
func (l *checklist) remarks(about string, all []bot.Remark) {
	for _, r := range all {
		level := problem
		if r.Minor {
			level = warning
		}
		l.add(level, about, "%s", r.Says)
	}
}

// settings looks at the file of settings. Where there is none, the environment is all.
func (cmd checkCommand) settings(s settings, l *checklist) {
	switch {
	case !s.found:
		return
	case s.open != 0:
		l.add(warning, settingsFile, "others than its owner may use it, and it may hold tokens: chmod 600 %s", settingsFile)
		l.then("chmod 600 %s", settingsFile)
	default:
		l.add(fine, settingsFile, "read")
	}
	for _, g := range s.strangers() {
		l.add(warning, settingsFile, "line %d: there is no setting %s%s", g.line, g.name, meant(nearestNames(g.name, ourVariables())))
		l.then("mend line %d of %s", g.line, settingsFile)
	}
}
