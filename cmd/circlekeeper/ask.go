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
	in        *os.File // nil where there is no terminal: flags answer everything then
	*keyboard          // of that terminal
	out       io.Writer
	plain     bool                // plain lines, which screen readers read in order
	hide      func(string) string // takes secrets out of what is said
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

// keep remembers how the terminal is set. back sets it so again: a question that is left
// with Ctrl+C may have hidden what is typed.
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

// question is something to know. A flag can answer it instead of a person.
type question struct {
	title  string
	help   string // said before it
	flag   string // that answers it, without the dashes
	given  string // what the flag said; empty if nothing
	usual  string // what Enter alone means
	spare  bool   // without a terminal it need not be answered
	hidden bool   // nobody sees what is typed
	list   func(ctx context.Context) ([]bot.Choice, error)
	take   func(ctx context.Context, answer string) error // says what is wrong with an answer
}

// errStopped reports that the person left.
var errStopped = errors.New("stopped: nothing was written")

// errAgain asks once more without a reproach.
var errAgain = errors.New("once more")

// ask puts a question until its answer is taken.
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

// flagged takes what a flag said. Of a list it names one by its name or its ID.
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

// form shows one question and waits for an answer; said is the answer as people read it.
func (a *asking) form(ctx context.Context, q question) (answer, said string, err error) {
	answer = q.usual
	if q.hidden && a.plain { // the form's own would read past the keyboard
		answer, ok := a.keyboard.hiddenLine(ctx, a.out, q.title+":")
		if !ok {
			return "", "", errStopped
		}
		return strings.TrimSpace(answer), hidden, nil
	}
	answered := false // plain forms end quietly when nothing more can be read
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

// run shows a form until it is answered or left; ended tells that nothing more can be
// typed.
func (a *asking) run(ctx context.Context, form *huh.Form) (ended bool, err error) {
	over, cancel := context.WithCancel(ctx)
	defer cancel() // what still reads for the form ends
	in := &keys{k: a.keyboard, done: over.Done()}
	err = form.WithInput(in).RunWithContext(ctx)
	return in.ended, err
}
