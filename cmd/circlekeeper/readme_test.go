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
	"path"
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

var update = flag.Bool("update", false, "write the generated tables of README.md and docs anew")

const root = "../../"

func page(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	must(t, err)
	return string(b)
}

// manual are the pages that tell how the program is used, by name: README.md and all
// of docs.
func manual(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(names) < 5 {
		t.Fatalf("docs has %d pages: %v", len(names), err)
	}
	pages := map[string]string{"README.md": page(t, "README.md")}
	for _, name := range names {
		name = "docs/" + filepath.Base(name)
		pages[name] = page(t, name)
	}
	return pages
}

// The tables of what people can type are the core's command table and the
// program's own. Each stands in one page.
func TestReadmeShowsTheCommands(t *testing.T) {
	t.Parallel()
	pages := manual(t)
	for name, want := range map[string]string{"chat": chatTable(t), "program": programTable(t)} {
		begin, end := "<!-- "+name+" commands -->\n", "<!-- end of "+name+" commands -->"
		found := 0
		for file, text := range pages {
			head, rest, opened := strings.Cut(text, begin)
			got, tail, closed := strings.Cut(rest, end)
			if !opened || !closed {
				continue
			}
			found++
			switch {
			case got == want:
			case *update:
				must(t, os.WriteFile(root+file, []byte(head+begin+want+end+tail), 0o644))
			default:
				t.Errorf("%s does not show the %s commands as they are: go test ./cmd/circlekeeper -run Readme -update", file, name)
			}
		}
		if found != 1 {
			t.Errorf("%d pages show the %s commands, between %q and %q; want 1", found, name, begin, end)
		}
	}
}

// Which commands are not for facilitators is said in README as it is.
func TestReadmeSaysWhatFacilitatorsUse(t *testing.T) {
	t.Parallel()
	var never []string
	for _, c := range typedCommands(t) {
		for _, sub := range append(c.Subs, c) {
			if name := strings.TrimSpace(c.Name + " " + sub.Name); len(sub.Subs) == 0 && sub.Who == bot.Moderators && !sub.Facilitators {
				never = append(never, "`/"+name+"`")
			}
		}
	}
	last := len(never) - 1
	want := "commands of moderators except " + strings.Join(never[:last], ", ") + " and " + never[last] + "."
	if !strings.Contains(strings.Join(strings.Fields(page(t, "README.md")), " "), want) {
		t.Errorf("README.md does not say %q", want)
	}
}

// typedCommands are the core's command table.
func typedCommands(t *testing.T) []bot.Command {
	t.Helper()
	library, err := content.Load(content.Options{})
	must(t, err)
	b, err := chat.New(chat.Config{Library: library})
	must(t, err)
	return b.Commands()
}

func chatTable(t *testing.T) string {
	t.Helper()
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
			who := map[bot.Audience]string{bot.Anyone: "anyone", bot.Moderators: "moderators, staff", bot.Reviewers: "reviewers"}[c.Who]
			fmt.Fprintf(&out, "| `/%s` | %s | %s |\n", name, who, c.Summary.In("en"))
		}
	}
	write("", typedCommands(t))
	out.WriteString("\n")
	return out.String()
}

func programTable(t *testing.T) string {
	t.Helper()
	c := newCommands()
	k, err := kong.New(&c, kong.Name("circlekeeper"))
	must(t, err)
	var out strings.Builder
	out.WriteString("\n| Command | What |\n|---|---|\n")
	for _, leaf := range k.Model.Leaves(true) {
		name := strings.TrimSuffix(strings.TrimPrefix(leaf.Summary(), "circlekeeper "), " [flags]")
		fmt.Fprintf(&out, "| `%s` | %s |\n", name, leaf.Help)
	}
	out.WriteString("\n")
	return out.String()
}

// Every variable stands in a page with its default and in the example file, and
// neither speaks of one that is not there.
func TestReadmeShowsTheVariables(t *testing.T) {
	t.Parallel()
	want := make(map[string]string)
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if name := f.Tag.Get("env"); name != "" {
			want[name] = f.Tag.Get("default")
		}
	}
	shown := make(map[string]string)
	row := regexp.MustCompile("(?m)^\\| `([A-Z_]+)`(?: or `([A-Z_]+)`)? \\| (?:`([^`]*)`|none) \\|")
	spoken := regexp.MustCompile(`\b[A-Z]+(?:_[A-Z]+)+\b`)
	for file, text := range manual(t) {
		for _, row := range row.FindAllStringSubmatch(text, -1) {
			shown[row[1]] = row[3]
			if row[2] != "" {
				shown[row[2]] = ""
			}
		}
		var s settings
		for _, name := range spoken.FindAllString(text, -1) {
			s.given = append(s.given, setting{name: name})
		}
		for _, g := range s.strangers() {
			t.Errorf("%s speaks of %s, which is no setting", file, g.name)
		}
	}
	if !maps.Equal(shown, want) {
		t.Errorf("the pages show\n%v\nthe program takes\n%v", shown, want)
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

// Every module that is asked for has its reason in a page.
func TestReadmeGivesReasonsForModules(t *testing.T) {
	t.Parallel()
	text := strings.Join(slices.Collect(maps.Values(manual(t))), "\n")
	var asked []string
	for _, row := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(page(t, "go.mod"), -1) {
		asked = append(asked, row[1])
		if !strings.Contains(text, "`"+row[1]+"`") {
			t.Errorf("no page gives a reason for %s", row[1])
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z.]+\\.[a-z]+/[^`]+)`").FindAllStringSubmatch(text, -1) {
		if !slices.Contains(asked, row[1]) {
			t.Errorf("a page gives a reason for %s, which go.mod does not ask for", row[1])
		}
	}
}

// The sample of a card is one that can be copied: it is read, and lint finds nothing.
func TestReadmeShowsAGoodCard(t *testing.T) {
	t.Parallel()
	card := regexp.MustCompile("(?s)```\n(---\nid: (\\S+)\n.*?)```").FindStringSubmatch(strings.Join(slices.Collect(maps.Values(manual(t))), "\n"))
	if card == nil {
		t.Fatal("no page shows a card")
	}
	library, err := content.Load(content.Options{Dir: fstest.MapFS{"en/" + card[2] + ".md": {Data: []byte(card[1])}}})
	must(t, err)
	for _, f := range library.Lint() {
		t.Error(f)
	}
}

// Links between the documents, into the code and to pictures lead somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)]+)\)`)
	heading := regexp.MustCompile(`(?m)^#+ (.+)$`)
	pages := manual(t)
	for _, name := range []string{"PRIVACY.md", "SECURITY.md", "CHANGELOG.md"} {
		pages[name] = page(t, name)
	}
	for name, text := range pages {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			file, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(found[1], ":") {
				continue // another site
			}
			if file == "" {
				file = name
			} else {
				file = path.Join(path.Dir(name), file)
			}
			if _, err := fs.Stat(os.DirFS(root), file); err != nil {
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

// What the pages tell to type on the command line are commands of the program, with
// flags that they have.
func TestReadmeTypesRealCommands(t *testing.T) {
	t.Parallel()
	c := newCommands()
	k, err := kong.New(&c, kong.Name("circlekeeper"))
	must(t, err)
	code := regexp.MustCompile("(?s)```.*?```|`[^`]+`")
	typed := regexp.MustCompile(`(?m)(?:^|[ \x60/])circlekeeper ([a-z][^\x60\n]*)`)
	seen := 0
	for file, text := range manual(t) {
		for _, block := range code.FindAllString(text, -1) {
			for _, found := range typed.FindAllStringSubmatch(strings.ReplaceAll(block, "\\\n", " "), -1) {
				seen++
				words := strings.Fields(found[1])
				if words[0] == "circlekeeper" { // a folder of that name stands before it
					words = words[1:]
				}
				if says := wrongCommand(k.Model.Node, words); says != "" {
					t.Errorf("%s: circlekeeper %s: %s", file, found[1], says)
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d commands were found", seen)
	}
	for _, wrong := range []string{"frobnicate", "group ad x", "check --onlin", "group add x --chanel y"} {
		if wrongCommand(k.Model.Node, strings.Fields(wrong)) == "" {
			t.Errorf("%s passes for a command", wrong)
		}
	}
}

// wrongCommand says what is wrong with words that stand after the program's name.
func wrongCommand(at *kong.Node, words []string) string {
	for len(words) > 0 && len(at.Children) > 0 {
		i := slices.IndexFunc(at.Children, func(n *kong.Node) bool { return n.Name == words[0] })
		if i < 0 {
			return "there is no command " + words[0]
		}
		at, words = at.Children[i], words[1:]
	}
	known := make(map[string]bool)
	for _, group := range at.AllFlags(false) {
		for _, f := range group {
			known["--"+f.Name] = true
		}
	}
	for _, w := range words {
		flag, _, _ := strings.Cut(w, "=")
		if strings.HasPrefix(flag, "--") && !known[flag] {
			return "it has no flag " + flag
		}
	}
	return ""
}

// The metrics that the pages name are the program's.
func TestReadmeNamesRealMetrics(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`\bcirclekeeper_[a-z_]+`)
	names := func(text string) []string {
		all := name.FindAllString(text, -1)
		slices.Sort(all)
		return slices.Compact(all)
	}
	told := names(strings.Join(slices.Collect(maps.Values(manual(t))), "\n"))
	if have := names(page(t, "cmd/circlekeeper/http.go")); !slices.Equal(told, have) {
		t.Errorf("the pages name the metrics %q, the program has %q", told, have)
	}
}

// Every folder of the code stands in README's map.
func TestReadmeMapsTheFolders(t *testing.T) {
	t.Parallel()
	_, drawn, _ := strings.Cut(page(t, "README.md"), "\n## Where things go\n")
	drawn, _, _ = strings.Cut(drawn, "\n## ")
	mapped := make(map[string]bool)
	top := ""
	for _, row := range regexp.MustCompile(`(?m)^( *)(\w+)/ +\S`).FindAllStringSubmatch(drawn, -1) {
		if row[1] == "" {
			top = row[2]
			mapped[top] = true
		} else {
			mapped[top+"/"+row[2]] = true
		}
	}
	folders, err := fs.Glob(os.DirFS(root), "[a-z]*")
	must(t, err)
	for _, above := range []string{"cmd", "bot", "adapters"} {
		below, err := fs.Glob(os.DirFS(root), above+"/*")
		must(t, err)
		folders = append(folders, below...)
	}
	for _, f := range folders {
		if info, err := os.Stat(root + f); err == nil && info.IsDir() && !mapped[f] {
			t.Errorf("README.md's map lacks %s", f)
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
	run("group", "add", "stays", "--name", "Stays", "--zone", "UTC", "--channel", "slack:C0123456781")
	run("group", "add", "goes", "--name", "Goes", "--zone", "UTC", "--channel", "slack:C0123456782")
	run("reminder", "add", "--group", "stays", "--topic", "agreements", "--at", "every day at 9:00")
	run("reminder", "add", "--group", "goes", "--topic", "agreements", "--at", "every day at 9:00")
	added := run("reminder", "add", "--group", "stays", "--topic", "strategies", "--at", "every day at 12:00")
	id := strings.Fields(added)[2]
	run("reminder", "remove", id)
	run("group", "remove", "goes")

	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(url, "sqlite:")+"?_pragma=foreign_keys(on)")
	must(t, err)
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
