package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// Every command that needs something has an example, and every example is a command line
// that the parser takes.
func TestExamplesCanBeTyped(t *testing.T) {
	left := examples()
	c := newCommands()
	exited := -1
	parser, err := program{out: io.Discard, err: io.Discard}.parser(t.Context(), &c, &exited)
	must(t, err)
	for _, leaf := range parser.Model.Leaves(false) {
		path := pathOf(leaf)
		example := left[path]
		delete(left, path)
		if example != "" {
			if _, err := parser.Parse(shellWords(path + " " + example)); err != nil {
				t.Errorf("%s %s: %v", path, example, err)
			}
		} else if needs(leaf) {
			t.Errorf("%s needs something and has no example", path)
		}
	}
	for path := range left {
		t.Errorf("there is an example of %s, and no such command", path)
	}
}

func needs(leaf *kong.Node) bool {
	for _, value := range leaf.Positional {
		if value.Required {
			return true
		}
	}
	for _, flag := range leaf.Flags {
		if flag.Required {
			return true
		}
	}
	return false
}

// shellWords takes a command line apart as a shell does.
func shellWords(line string) (all []string) {
	word, quoted := "", false
	for _, r := range line + " " {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ' ' && !quoted:
			all, word = append(all, word), ""
		default:
			word += string(r)
		}
	}
	return all
}

// What is wrong with a command line is found by where the parser stopped, and said in words of our own:
// none of the parser's are left.
func TestWhatIsWrongWithACommandLine(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	for line, want := range map[string]string{
		"group list -- x":                      "x is not expected here: group list takes only flags",
		"group list --zone=UTC":                "group list has no flag --zone",
		"reminder calendar --out x.ics":        "reminder calendar has no flag --out: it prints, so write > and the file behind it",
		"group pause x":                        "there is no command group pause; did you mean group set --pause?",
		"reminder list --group":                "--group: its value is missing",
		"reminder list --group -x":             `--group: its value is missing; one that begins with a hyphen is written --group="-x"`,
		"group add x --place --zone UTC":       "--place: its value is missing",
		"group set x --yes=maybe --zone":       `--yes takes yes or no, and not "maybe"`,
		"preview x --platform slcak":           `--platform takes "discord", "slack", "web" or "all", and not "slcak"`,
		"init --sign crisis,crads":             `--sign takes "crisis" or "cards", and not "crads"`,
		"reminder add --format jsn":            "reminder add has no flag --format",
		"session move monday --list":           "session move has no flag --list",
		"reminder list --format jsn --group x": `--format takes "text" or "json", and not "jsn"`,
		"check --online --offline":             "--offline and --online can't be used together",
	} {
		var out bytes.Buffer
		code := program{called: howCalled("circlekeeper"), out: &out, err: &out, now: time.Now}.run(t.Context(), strings.Fields(line))
		if says, _, _ := strings.Cut(out.String(), "\n"); code != exitUsage || !strings.HasPrefix(says, "circlekeeper: "+want) {
			t.Errorf("%s: %d, %s", line, code, out.String())
		}
	}
}
