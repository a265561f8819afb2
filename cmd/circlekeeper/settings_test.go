package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParseSetting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, name, value, wrong string }{
		{"", "", "", ""},
		{"  # a comment = none", "", "", ""},
		{"; as systemd has them", "", "", ""},
		{"A=b", "A", "b", ""},
		{"\tA=b \t", "A", "b", ""},
		{"export A=b", "A", "b", ""},
		{"export\tA='b c'", "A", "b c", ""},
		{"exported=b", "exported", "b", ""},
		{"A=", "A", "", ""},
		{"A=''", "A", "", ""},
		{"A='b  c '", "A", "b  c ", ""},
		{`A="b 'c' \"d\" \\ \$e \n"`, "A", `b 'c' "d" \ $e \n`, ""},
		{`A='b\c'`, "A", `b\c`, ""},
		{`A=b\ c`, "A", "b c", ""},
		{`A=b'c d'"e"f`, "A", "bc def", ""},
		{`A='it'\''s'`, "A", "it's", ""},
		{"A=every Monday at 9:00", "A", "every Monday at 9:00", ""},
		{"A=b # why", "A", "b", ""},
		{"A='b # c' # why", "A", "b # c", ""},
		{"A=#staff", "A", "#staff", ""},
		{"A=b#c", "A", "b#c", ""},
		{"A=postgres://u:p$w@h/d?x=y&z=é", "A", "postgres://u:p$w@h/d?x=y&z=é", ""},
		{"A = b", "A", "b", ""},
		{"xoxb-secret", "", "", "write NAME=value"},
		{"xoxb-secret=1", "", "", "write NAME=value"},
		{"=b", "", "", "write NAME=value"},
		{"export", "", "", "write NAME=value"},
		{"9A=b", "", "", "write NAME=value"},
		{"A='xoxb-secret", "A", "", "the quote ' is not closed"},
		{`A="xoxb-secret\"`, "A", "", `the quote " is not closed`},
		{`A=xoxb-secret\`, "A", "", "ends with a backslash"},
	} {
		name, value, err := parseSetting(c.line)
		switch {
		case c.wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%q: error %v, want %q and no token", c.line, err, c.wrong)
			}
		case err != nil || name != c.name || value != c.value:
			t.Errorf("%q: %q %q %v, want %q %q", c.line, name, value, err, c.name, c.value)
		}
	}
}

// What a shell reads from a file that both take is what the program reads.
func TestSettingsReadAsAShellReadsThem(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	for _, line := range []string{
		"A=b", "export A=b", "A='b  c '", `A="b 'c' \"d\" \\ \$e \n"`, `A='b\c'`, `A=b\ c`, `A=b'c d'"e"f`, `A='it'\''s'`,
		"A=b # why", "A='b # c' # why", "A=b#c", "A=#staff", "A=", "A=''", "# none", "A='postgres://u:p$w@h/d?x=y&z=é'",
	} {
		file := filepath.Join(t.TempDir(), "x.env")
		must(t, os.WriteFile(file, []byte(line+"\n"), 0o600))
		want, err := exec.CommandContext(t.Context(), shell, "-c", `A=; . "$0"; printf %s "$A"`, file).Output()
		if err != nil {
			t.Fatal(line, err)
		}
		if _, got, err := parseSetting(line); err != nil || got != string(want) {
			t.Errorf("%s: %q %v, a shell reads %q", line, got, err, want)
		}
	}
}

// The help names every variable, also those that are files in the place of secrets.
func TestHelpNamesEveryVariable(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	for _, args := range [][]string{{"--help"}, {"run", "--help"}, {"init", "--help"}} {
		var out strings.Builder
		p := program{called: howCalled("circlekeeper"), out: &out, err: &out, now: time.Now}
		if code := p.run(t.Context(), args); code != exitFine {
			t.Fatalf("%q ends with %d: %s", args, code, out.String())
		}
		for _, name := range ourVariables() {
			if !strings.Contains(out.String(), name) {
				t.Errorf("%q does not name %s", args, name)
			}
		}
	}
}

// A month back from a day that the month before does not have is its last day.
func TestSinceAMonthAgo(t *testing.T) {
	t.Parallel()
	for now, want := range map[string]string{"2027-03-31": "2027-02-28", "2027-03-28": "2027-02-28", "2027-01-31": "2026-12-31"} {
		var s Since
		day, err := time.Parse(time.DateOnly, now)
		if err != nil || s.UnmarshalText([]byte("1 month")) != nil {
			t.Fatal(now, err)
		}
		if got, err := s.before(day); err != nil || got.Format(time.DateOnly) != want {
			t.Errorf("a month before %s: %s, %v; want %s", now, got.Format(time.DateOnly), err, want)
		}
	}
}
