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

	mend string // what to do, if that is not simply to correct what the finding is about
}

// checklist collects findings.
type checklist struct {
	all    []checked
	hide   func(string) string // takes secrets out of what is said
	called called
	next   string // the first thing to do if there are no problems
	served bool   // a run serves the database
	slip   string // what to do about a misspelt name in the file of settings; empty if there is none
}

// then adds something to do. Only the first that was added is shown.
func (l *checklist) then(format string, args ...any) {
	if l.next == "" {
		l.next = l.hide(fmt.Sprintf(format, args...))
	}
}

// Next returns the one thing to do now.
func (l *checklist) Next() string {
	for _, f := range l.all {
		switch {
		case f.Level == problem && f.mend != "":
			return fmt.Sprintf("%s, then %s check", f.mend, l.called)
		case f.Level == problem:
			return fmt.Sprintf("fix what is marked as a problem, first %q, then %s check", f.About, l.called)
		}
	}
	if l.next == "" && l.served {
		return fmt.Sprintf("nothing; %s run serves this database. If settings have changed since it started, restart it", l.called)
	}
	return cmp.Or(l.next, l.called.String()+" run")
}

// running is the beginning of something to do in chat: the command that serves it, unless it runs.
func (l *checklist) running() string {
	if l.served {
		return ""
	}
	return l.called.String() + " run, then "
}

func (l *checklist) add(level level, about, format string, args ...any) {
	l.all = append(l.all, checked{Level: level, About: about, Says: l.hide(fmt.Sprintf(format, args...))})
}

// lacksSetting adds a problem that a missing setting causes; mend says how to set it. If the
// file has a misspelt name, that is mended first: it may be this setting.
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

// unknownSetting reports a line of the file whose name is not one of our settings, and the
// names that may be meant.
func unknownSetting(s setting) string {
	return fmt.Sprintf("line %d: there is no setting %s%s", s.line, s.name, meant(nearVariables(s.name)))
}

// unknownVariable reports a variable of the environment that is nearly one of our settings.
func unknownVariable(name string) string {
	return fmt.Sprintf("there is no setting %s%s", name, meant(nearestNames(name, ourVariables())))
}

// settings looks at the file of settings. Where there is none, the environment is all.
func (cmd checkCommand) settings(s settings, l *checklist) {
	for _, name := range s.slips() {
		l.add(warning, "environment", "%s", unknownVariable(name))
	}
	switch {
	case !s.found:
		return
	case s.open != 0:
		l.add(warning, settingsFile, "people other than its owner can read or change it, and it may hold tokens: type chmod 600 %s", settingsFile)
		l.then("chmod 600 %s", settingsFile)
	default:
		l.add(fine, settingsFile, "read")
	}
	for _, g := range s.strangers() {
		l.add(warning, settingsFile, "%s", unknownSetting(g))
		l.slip = cmp.Or(l.slip, fmt.Sprintf("fix line %d of %s", g.line, settingsFile))
	}
	if l.slip != "" {
		l.then("%s", l.slip)
	}
}
