package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"charm.land/huh/v2"
	"github.com/charmbracelet/x/term"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// asking puts questions to a person at a terminal, one after the other.
type asking struct {
	in        *os.File // the terminal; nil if there is none: then flags answer everything
	*keyboard          // of that terminal
	out       io.Writer
	plain     bool                // ask in plain lines, for screen readers
	hide      func(string) string // removes secrets from what is shown
	put       int                 // how many questions were put so far
}

// newAsking looks for a terminal.
func (p program) newAsking(plain bool, hide func(string) string) *asking {
	a := &asking{out: p.out, plain: plain, hide: hide}
	out, ok := p.out.(*os.File)
	if !ok || p.in == nil || !term.IsTerminal(p.in.Fd()) || !term.IsTerminal(out.Fd()) {
		return a
	}
	a.in, a.keyboard = p.in, newKeyboard(p.in)
	name := os.Getenv("TERM")
	a.plain = plain || name == "dumb" || name == "" && runtime.GOOS != "windows"
	return a
}

// keep remembers the terminal's settings. back restores them: a question that was left with
// Ctrl+C may have hidden what is typed.
func (a *asking) keep() (back func()) {
	if a.in == nil {
		return func() {}
	}
	state, err := term.GetState(a.in.Fd())
	if err != nil {
		return func() {}
	}
	return func() {
		if err := term.Restore(a.in.Fd(), state); err != nil {
			fmt.Fprintln(a.out, "The terminal could not be set back: type reset.")
		}
	}
}

// question is one thing to ask. A flag can answer it instead of a person.
type question struct {
	title  string
	help   string // said before it
	flag   string // the flag that answers it, without dashes
	given  string // the flag's value; empty if it was not used
	usual  string // the answer if the person only presses Enter
	spare  bool   // needs no answer if there is no terminal
	hidden bool   // the answer is not shown while it is typed
	list   func(ctx context.Context) ([]bot.Choice, error)
	take   func(ctx context.Context, answer string) error // says what is wrong with an answer
}

// errStopped reports that the person left with Ctrl+C.
var errStopped = errors.New("stopped: nothing was written")

// errAgain makes a question be asked once more, without an error message.
var errAgain = errors.New("once more")

// ask asks a question until its answer is accepted.
func (a *asking) ask(ctx context.Context, q question) error {
	if q.given != "" {
		return a.flagged(ctx, q)
	}
	if a.in == nil {
		if q.spare {
			return q.take(ctx, q.usual)
		}
		return &bot.UserError{Message: fmt.Sprintf("there is no terminal to ask on: give --%s (%s)", q.flag, q.title)}
	}
	a.put++
	q.title = fmt.Sprintf("%d. %s", a.put, q.title)
	if q.help != "" {
		fmt.Fprintf(a.out, "\n%s\n", q.help)
	}
	for {
		answer, said, err := a.form(ctx, q)
		if err != nil {
			return err
		}
		err = q.take(ctx, answer)
		switch {
		case err == nil:
			if !a.plain {
				fmt.Fprintf(a.out, "%s: %s\n", q.title, said)
			}
			return nil
		case ctx.Err() != nil, errors.Is(err, errStopped):
			return errStopped
		case !errors.Is(err, errAgain):
			fmt.Fprintf(a.out, "That does not work: %s\n", a.hide(err.Error()))
		}
	}
}

// flagged takes the answer from a flag. If there is a list of choices, the flag names one by
// its name or ID.
func (a *asking) flagged(ctx context.Context, q question) error {
	answer := q.given
	if q.list != nil {
		choices, err := q.list(ctx)
		if err != nil {
			return err
		}
		if answer, err = chosen(choices, q.given); err != nil {
			return &bot.UserError{Message: fmt.Sprintf("--%s: %v", q.flag, err)}
		}
	}
	if err := q.take(ctx, answer); err != nil {
		return &bot.UserError{Message: fmt.Sprintf("--%s: %v", q.flag, err)}
	}
	return nil
}

// chosen finds the one choice that a name or a value means.
func chosen(choices []bot.Choice, text string) (string, error) {
	bare := func(s string) string { return words.Fold(strings.TrimPrefix(strings.TrimSpace(s), "#")) }
	var found, names []string
	for _, c := range choices {
		if c.Value == text {
			return c.Value, nil
		}
		if bare(c.Name) == bare(text) {
			found = append(found, c.Value)
		}
		names = append(names, c.Name)
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", fmt.Errorf("there is no %q; there are: %s", text, cmp.Or(strings.Join(names, ", "), "none"))
	}
	return "", fmt.Errorf("%d are called %q: give one of %s", len(found), text, strings.Join(found, ", "))
}

// form shows one question and waits for the answer; said is the answer as people read it.
func (a *asking) form(ctx context.Context, q question) (answer, said string, err error) {
	answer = q.usual
	if q.hidden && a.plain { // huh's own hidden field would not read through the keyboard
		answer, ok := a.keyboard.hiddenLine(ctx, a.out, q.title+":")
		if !ok {
			return "", "", errStopped
		}
		return strings.TrimSpace(answer), hidden, nil
	}
	answered := false // plain forms end without an error if there is no more input
	title := q.title
	var field huh.Field
	if q.list == nil {
		if a.plain && q.usual != "" {
			title += " (Enter: " + q.usual + ")"
		}
		if a.plain && !strings.HasSuffix(title, "?") {
			title += ":"
		}
		input := huh.NewInput().Title(title).Value(&answer).Validate(func(string) error { answered = true; return nil })
		if q.hidden {
			input.EchoMode(huh.EchoModePassword)
		}
		field = input
	} else {
		choices, err := q.list(ctx)
		if err != nil {
			return "", "", err
		}
		if !slices.ContainsFunc(choices, func(c bot.Choice) bool { return c.Value == answer }) {
			answer = choices[0].Value
		}
		var options []huh.Option[string]
		for _, c := range choices {
			options = append(options, huh.NewOption(c.Name, c.Value))
			if c.Value == answer && a.plain {
				title += " (Enter: " + c.Name + ")"
			}
		}
		field = huh.NewSelect[string]().Title(title).Options(options...).Height(min(len(options), 12) + 1).Value(&answer).
			Validate(func(string) error { answered = true; return nil })
		defer func() {
			for _, c := range choices {
				if c.Value == answer {
					said = c.Name
				}
			}
		}()
	}
	form := huh.NewForm(huh.NewGroup(field)).WithOutput(a.out).WithShowHelp(!a.plain)
	if a.plain {
		form.WithAccessible(true).WithTheme(huh.ThemeFunc(func(bool) *huh.Styles { return new(huh.Styles) }))
	}
	ended, err := a.run(ctx, form)
	if err != nil || ended || !answered || ctx.Err() != nil {
		return "", "", errStopped
	}
	if said = strings.TrimSpace(answer); q.hidden {
		said = hidden
	}
	return strings.TrimSpace(answer), cmp.Or(said, "nothing"), nil
}

// run shows a form until it is answered or left. ended means that there is no more input.
func (a *asking) run(ctx context.Context, form *huh.Form) (ended bool, err error) {
	over, cancel := context.WithCancel(ctx)
	defer cancel() // stops reading for the form
	in := &keys{k: a.keyboard, done: over.Done()}
	err = form.WithInput(in).RunWithContext(ctx)
	return in.ended, err
}
