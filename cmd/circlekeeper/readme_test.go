package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/alecthomas/kong"

	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/content"
)

var update = flag.Bool("update", false, "write the README's generated tables anew")

const root = "../../"

func page(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The tables of what people can type are the core's command table and the
// program's own.
func TestReadmeShowsTheCommands(t *testing.T) {
	t.Parallel()
	text := page(t, "README.md")
	for name, want := range map[string]string{"chat": chatTable(t), "program": programTable(t)} {
		begin, end := "<!-- "+name+" commands -->\n", "<!-- end of "+name+" commands -->"
		head, rest, opened := strings.Cut(text, begin)
		got, tail, closed := strings.Cut(rest, end)
		if !opened || !closed {
			t.Fatalf("README.md lacks %q … %q", begin, end)
		}
		if got != want && !*update {
			t.Errorf("README.md does not show the %s commands as they are: go test ./cmd/circlekeeper -run Readme -update", name)
		}
		text = head + begin + want + end + tail
	}
	if *update {
		if err := os.WriteFile(root+"README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func chatTable(t *testing.T) string {
	t.Helper()
	library, err := content.Load(content.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := chat.New(chat.Config{Library: library})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	out.WriteString("\n| Command | Who | What |\n|---|---|---|\n")
	var write func(before string, cmds []bot.Command)
	write = func(before string, cmds []bot.Command) {
		for _, c := range cmds {
			name := before + c.Name
			if len(c.Subs) > 0 {
				write(name+" ", c.Subs)
				continue
			}
			for _, a := range c.Args {
				if a.Required {
					name += " " + strings.ToUpper(a.Name)
				} else {
					name += " [" + a.Name + "]"
				}
			}
			who := "anyone"
			if c.Who == bot.Moderators {
				who = "moderators, staff"
			}
			fmt.Fprintf(&out, "| `/%s` | %s | %s |\n", name, who, c.Summary.In("en"))
		}
	}
	write("", b.Commands())
	out.WriteString("\n")
	return out.String()
}

func programTable(t *testing.T) string {
	t.Helper()
	c := newCommands()
	k, err := kong.New(&c, kong.Name("circlekeeper"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	out.WriteString("\n| Command | What |\n|---|---|\n")
	for _, leaf := range k.Model.Leaves(true) {
		name := strings.TrimSuffix(strings.TrimPrefix(leaf.Summary(), "circlekeeper "), " [flags]")
		fmt.Fprintf(&out, "| `%s` | %s |\n", name, leaf.Help)
	}
	out.WriteString("\n")
	return out.String()
}

// Every variable stands in the README with its default and in the example file,
// and neither speaks of one that is not there.
func TestReadmeShowsTheVariables(t *testing.T) {
	t.Parallel()
	want := make(map[string]string)
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if name := f.Tag.Get("env"); name != "" {
			want[name] = f.Tag.Get("default")
		}
	}
	_, section, ok := strings.Cut(page(t, "README.md"), "\n## Configuration\n")
	if !ok {
		t.Fatal("README.md has no section Configuration")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	shown := make(map[string]string)
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)`(?: or `([A-Z_]+)`)? \\| (?:`([^`]*)`|none) \\|").FindAllStringSubmatch(section, -1) {
		shown[row[1]] = row[3]
		if row[2] != "" {
			shown[row[2]] = ""
		}
	}
	if !maps.Equal(shown, want) {
		t.Errorf("README.md shows\n%v\nthe program takes\n%v", shown, want)
	}
	example := make(map[string]string)
	plain := regexp.MustCompile(`^([\w./:@-]*|'[^']*')$`) // the same to systemd and to a shell
	for _, row := range regexp.MustCompile(`(?m)^#?([A-Z_]+)=(.*)$`).FindAllStringSubmatch(page(t, "deploy/circlekeeper.env"), -1) {
		name, value := row[1], row[2]
		example[name] = ""
		if !plain.MatchString(value) {
			t.Errorf("deploy/circlekeeper.env: %s=%s wants single quotes", name, value)
		}
		if want[name] != "" && unquoted(value) != want[name] {
			t.Errorf("deploy/circlekeeper.env: %s is not at its default %s", name, want[name])
		}
	}
	if got, want := slices.Sorted(maps.Keys(example)), slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
		t.Errorf("deploy/circlekeeper.env has\n%v\nthe program takes\n%v", got, want)
	}
}

// Every module that is asked for has its reason in the README.
func TestReadmeGivesReasonsForModules(t *testing.T) {
	t.Parallel()
	text := page(t, "README.md")
	var asked []string
	for _, row := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(page(t, "go.mod"), -1) {
		asked = append(asked, row[1])
		if !strings.Contains(text, "`"+row[1]+"`") {
			t.Errorf("README.md gives no reason for %s", row[1])
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z.]+\\.[a-z]+/[^`]+)`").FindAllStringSubmatch(text, -1) {
		if !slices.Contains(asked, row[1]) {
			t.Errorf("README.md gives a reason for %s, which go.mod does not ask for", row[1])
		}
	}
}

// The sample of a card is one that can be copied: it is read, and lint finds nothing.
func TestReadmeShowsAGoodCard(t *testing.T) {
	t.Parallel()
	card := regexp.MustCompile("(?s)```\n(---\nid: (\\S+)\n.*?)```").FindStringSubmatch(page(t, "README.md"))
	if card == nil {
		t.Fatal("README.md shows no card")
	}
	library, err := content.Load(content.Options{Dir: fstest.MapFS{"en/" + card[2] + ".md": {Data: []byte(card[1])}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range library.Lint() {
		t.Error(f)
	}
}

// Links between the documents and into the code lead somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)]+)\)`)
	heading := regexp.MustCompile(`(?m)^#+ (.+)$`)
	for _, name := range []string{"README.md", "PRIVACY.md", "SECURITY.md", "CHANGELOG.md"} {
		for _, found := range link.FindAllStringSubmatch(page(t, name), -1) {
			file, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(found[1], ":") {
				continue // another site
			}
			if file == "" {
				file = name
			}
			if _, err := fs.Stat(os.DirFS(root), strings.TrimSuffix(file, "/")); err != nil {
				t.Errorf("%s: %s leads nowhere", name, found[1])
				continue
			}
			if anchor == "" {
				continue
			}
			var anchors []string
			for _, h := range heading.FindAllStringSubmatch(page(t, file), -1) {
				anchors = append(anchors, slug(h[1]))
			}
			if !slices.Contains(anchors, anchor) {
				t.Errorf("%s: %s: %s has no such heading", name, found[1], file)
			}
		}
	}
}

// slug is a heading's anchor.
func slug(heading string) string {
	kept := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(kept, " ", "-")
}

// What PRIVACY.md says to delete removed groups and reminders with does so, and
// leaves all others.
func TestPrivacyDeletesWhatWasRemoved(t *testing.T) {
	t.Parallel()
	_, script, ok := strings.Cut(page(t, "PRIVACY.md"), "```sql\n")
	if !ok {
		t.Fatal("PRIVACY.md has no SQL")
	}
	script, _, _ = strings.Cut(script, "```")

	url := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	run := func(args ...string) string {
		t.Helper()
		var out strings.Builder
		p := program{out: &out, err: io.Discard, now: time.Now}
		if code := p.run(context.Background(), append(args, "--database-url", url)); code != exitFine {
			t.Fatalf("%v: exit code %d", args, code)
		}
		return out.String()
	}
	run("group", "add", "stays", "--name", "Stays", "--zone", "UTC", "--channel", "slack:C1")
	run("group", "add", "goes", "--name", "Goes", "--zone", "UTC", "--channel", "slack:C2")
	run("reminder", "add", "--group", "stays", "--topic", "agreements", "--at", "every day at 9:00")
	run("reminder", "add", "--group", "goes", "--topic", "agreements", "--at", "every day at 9:00")
	added := run("reminder", "add", "--group", "stays", "--topic", "strategies", "--at", "every day at 12:00")
	id := strings.Fields(added)[2]
	run("reminder", "remove", id)
	run("group", "remove", "goes")

	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(url, "sqlite:")+"?_pragma=foreign_keys(on)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]int{"groups": 1, "reminders": 1, "places": 1} {
		var got int
		if err := db.QueryRow("select count(*) from " + table).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d rows are left, want %d (%v)", table, got, want, err)
		}
	}
}
