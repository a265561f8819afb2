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

	mend string // what to do about it, where that is not to mend what it is about
}

// checklist gathers what was found.
type checklist struct {
	all    []checked
	hide   func(string) string // takes secrets out of what is said
	called called
	next   string // what to do first, beside problems
	slip   string // what to do about a wrong name in the file of settings; empty if there is none
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
		switch {
		case f.Level == problem && f.mend != "":
			return fmt.Sprintf("%s, then %s check", f.mend, l.called)
		case f.Level == problem:
			return fmt.Sprintf("mend what is marked problem, first %q, then %s check", f.About, l.called)
		}
	}
	return cmp.Or(l.next, l.called.String()+" run")
}

func (l *checklist) add(level level, about, format string, args ...any) {
	l.all = append(l.all, checked{Level: level, About: about, Says: l.hide(fmt.Sprintf(format, args...))})
}

// lacksSetting adds a problem that is over once a setting is there; mend says how. A name
// in the file that is nearly ours comes before that: it may be the very setting.
func (l *checklist) lacksSetting(mend, about, format string, args ...any) {
	l.add(problem, about, format, args...)
	l.all[len(l.all)-1].mend = cmp.Or(l.slip, mend)
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

// unknownSetting says of a line of the file that it sets nothing of ours, and what may
// have been meant.
func unknownSetting(s setting) string {
	return fmt.Sprintf("line %d: there is no setting %s%s", s.line, s.name, meant(nearVariables(s.name)))
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
		l.add(warning, settingsFile, "%s", unknownSetting(g))
		l.slip = cmp.Or(l.slip, fmt.Sprintf("mend line %d of %s", g.line, settingsFile))
	}
	if l.slip != "" {
		l.then("%s", l.slip)
	}
}
