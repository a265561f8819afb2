package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

// newcomer is a set-up on Discord question by question: what is asked, what is typed in
// plain lines, and which keys are pressed in a form.
func newcomer() []struct{ asks, types, presses string } {
	return []struct{ asks, types, presses string }{
		{"1. Where do the groups meet?", "", ""},
		{"2. The bot's token", discordtest.Token, discordtest.Token},
		{"3. The group's name", "Evening circle", "Evening circle"},
		{"4. The group's channel on Discord", "", ""},
		{"5. The channel where moderators hear of trouble", "", ""},
		{"6. The group's time zone", "", ""},
		{"7. When does it meet", "every Monday at 18:00, 90m", "every Monday at 18:00, 90m"},
		{"8. When is it reminded of confidentiality", "", ""},
		{"9. When is it reminded of agreements", "", ""},
		{"10. What does a clinician sign now?", "4", "\x1b[B\x1b[B\x1b[B"},
		{"11. The clinician's name and licence", "A. Reviewer, LMFT 1", "A. Reviewer, LMFT 1"},
	}
}

// setUp goes through the set-up in a folder, and leaves with Ctrl+C at a question; 0
// leaves at none.
func setUp(t *testing.T, folder string, plain bool, leave int) (said string, err error) {
	t.Helper()
	d, err := discordtest.Start(discordtest.Options{})
	must(t, err)
	defer d.Close()
	cmd := exec.Command("circlekeeper", "init", fmt.Sprintf("--plain=%t", plain))
	cmd.Dir = folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TERM=xterm-256color", "TZ=America/Los_Angeles", "DISCORD_API_URL=" + d.URL}
	var lines []string
	for i, step := range newcomer() {
		answer := step.types
		if !plain {
			answer = step.presses
		}
		arrow := " => "
		if answer == discordtest.Token {
			arrow = " =>* "
		}
		if i+1 == leave {
			lines = append(lines, step.asks+arrow+"^C")
			break
		}
		lines = append(lines, step.asks+arrow+answer)
	}
	return converse(cmd, lines, nil)
}

// Forms and plain lines lead to the same set-up.
func TestInitInFormsAndInPlainLines(t *testing.T) {
	t.Parallel()
	for _, plain := range []bool{true, false} {
		t.Run(fmt.Sprintf("plain=%t", plain), func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			said, err := setUp(t, folder, plain, 0)
			if err != nil || !strings.Contains(said, "Next: circlekeeper run") {
				t.Fatalf("%v; it said:\n%s", err, said)
			}
			if strings.Contains(said, discordtest.Token) {
				t.Errorf("the token was shown:\n%s", said)
			}
			written, err := os.ReadFile(filepath.Join(folder, settingsFile))
			if err != nil || !strings.HasSuffix(string(written), "\nDISCORD_TOKEN="+discordtest.Token+"\n") {
				t.Errorf("%v; the file:\n%s", err, written)
			}
		})
	}
}

// Whoever leaves at a question leaves nothing behind: no file, no database, and the
// terminal as it was.
func TestInitLeftAtAnyQuestion(t *testing.T) {
	t.Parallel()
	for _, plain := range []bool{true, false} {
		for n := range newcomer() {
			t.Run(fmt.Sprintf("plain=%t/%d", plain, n+1), func(t *testing.T) {
				t.Parallel()
				folder := t.TempDir()
				said, err := setUp(t, folder, plain, n+1)
				if err == nil || !strings.Contains(said, "stopped: nothing was written") {
					t.Errorf("%v; it said:\n%s", err, said)
				}
				left, err := os.ReadDir(folder)
				if err != nil || len(left) > 0 {
					t.Errorf("left behind: %v %v", left, err)
				}
			})
		}
	}
}

// nobodyThere is an address that refuses connections.
const nobodyThere = "http://127.0.0.1:1"

// Whoever leaves while a token of the environment cannot be tried made no mistake in it.
func TestInitLeftWhileATokenCannotBeTried(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	cmd := exec.Command("circlekeeper", "init", "--plain")
	cmd.Dir = folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TERM=xterm", "DISCORD_API_URL=" + nobodyThere, "DISCORD_TOKEN=" + discordtest.Token}
	said, err := converse(cmd, []string{"1. Try again? => ^C"}, nil)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitFault || !strings.Contains(said, errStopped.Error()) {
		t.Errorf("%v; it said:\n%s", err, said)
	}
}

// A group that is added after the set-up went on without Discord has no channel there,
// although an earlier token was taken and its server is known.
func TestInitAsksNothingOfDiscordThatIsUnreached(t *testing.T) {
	t.Parallel()
	a, err := discord.New(discord.Config{Token: discordtest.Token, APIURL: nobodyThere})
	must(t, err)
	s := &setup{
		cmd: initCommand{DiscordChannel: "circle"}, c: Config{DiscordToken: discordtest.Token}, say: &asking{},
		discord: a, server: "1", unreached: map[bot.Platform]bool{bot.Discord: true},
	}
	g := &draft{setup: s}
	if err := g.discordPlaces(t.Context()); err != nil || len(g.Places) > 0 {
		t.Errorf("%v %v", g.Places, err)
	}
}

// What was in the way of trying a token ends with one mark, whatever it is.
func TestAsSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"there is no way to it; is this machine connected?": "there is no way to it; is this machine connected?",
		"the connection is refused":                         "the connection is refused.",
		"Wait a minute.":                                    "Wait a minute.",
	} {
		if got := asSentence(text); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

// Beside a staff channel, no channel for moderators can be chosen, and none may be. A staff channel that is
// left in the settings without Slack is none.
func TestModeratorsBesideAStaffChannel(t *testing.T) {
	t.Parallel()
	const file, server = "sqlite:circlekeeper.db", "postgres://db/circlekeeper"
	for _, of := range []struct {
		given, slack, database string
		refused                bool
	}{
		{"moderators", "xoxb-1", file, true}, {noPlace, "xoxb-1", file, false}, {"", "xoxb-1", file, false},
		{"moderators", "", file, false}, {noPlace, "", file, false},
		{"moderators", "", server, true}, // where another process may serve Slack
	} {
		s := setup{cmd: initCommand{Group: "circle", Moderators: of.given}, c: Config{SlackStaffChannel: "C0000STAFF1", SlackBotToken: Secret(of.slack), DatabaseURL: of.database}}
		if err := s.idle(true, of.slack != ""); (err != nil) != of.refused {
			t.Errorf("--moderators %q, with %q on %s: %v", of.given, of.slack, of.database, err)
		}
	}
}
