package adaptertest

import (
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one Go file: where it is below the module's root, with slashes, and
// what it imports.
type source struct {
	file    string
	imports []string
}

func (s source) dir() string     { return path.Dir(s.file) }
func (s source) test() bool      { return strings.HasSuffix(s.file, "_test.go") }
func (s source) parts() []string { return strings.Split(s.dir(), "/") }

const module = "circlekeeper"

// folders at the top; those with true must be there.
var folders = map[string]bool{"adapters": true, "bot": true, "cmd": true, "content": true, "scheduler": true, "deploy": false, "docs": false}

// adapterFolders are the folders in adapters.
var adapterFolders = []string{"adaptertest", "calendar", "database", "discord", "playground", "slack"}

// benchmarks are the one program that is no product: it measures against the fakes.
const benchmarks = "cmd/benchmark"

// homes are where modules of others may be used: the only places, tests
// included. Tests of cmd look into databases too, and the benchmarks compare
// with cron's own runner and write a million rows.
var homes = []struct {
	module string
	in     []string
}{
	{"github.com/bwmarrin/discordgo", []string{"adapters/discord"}},
	{"github.com/slack-go/slack", []string{"adapters/slack"}},
	{"github.com/robfig/cron", []string{"scheduler", benchmarks}},
	{"database/sql", []string{"adapters/database", "cmd tests", benchmarks}},
	{"modernc.org/sqlite", []string{"adapters/database", "cmd tests"}},
	{"github.com/jackc/pgx", []string{"adapters/database", "cmd tests"}},
	{"github.com/riverqueue/river", []string{"adapters/database"}},
	{"github.com/arran4/golang-ical", []string{"adapters/calendar"}},
	{"github.com/emersion/go-ical", []string{"adapters/calendar tests", "cmd tests"}},
	{"github.com/teambition/rrule-go", []string{"adapters/calendar"}},
}

// within tells whether a package or folder is another one or below it; a
// module's major version counts as below.
func within(p, above string) bool { return p == above || strings.HasPrefix(p, above+"/") }

// wrongImports lists what breaks the rule of who may import whom.
func wrongImports(files []source) []string {
	var out []string
	for _, s := range files {
		for _, i := range s.imports {
			if why := wrongImport(s, i); why != "" {
				out = append(out, fmt.Sprintf("%s imports %s: %s", s.file, i, why))
			}
		}
	}
	return out
}

func wrongImport(s source, i string) string {
	if ours, ok := strings.CutPrefix(i, module+"/"); ok {
		return wrongOfOurs(s, ours)
	}
	for _, h := range homes {
		if !within(i, h.module) {
			continue
		}
		for _, in := range h.in {
			top, tests := strings.CutSuffix(in, " tests")
			if within(s.dir(), top) && (s.test() || !tests) {
				return ""
			}
		}
		return "it belongs to " + strings.Join(h.in, " and ")
	}
	return ""
}

func wrongOfOurs(s source, ours string) string {
	parts := s.parts()
	top := parts[0]
	if support(ours) && !s.test() && !support(s.dir()) && s.dir() != benchmarks {
		return "it is there for tests"
	}
	switch top {
	case "content", "scheduler":
		if !within(ours, top) {
			return top + " imports nothing of ours"
		}
	case "bot":
		return wrongInBot(s, ours)
	case "adapters":
		its := path.Join(parts[:min(2, len(parts))]...)
		open := []string{"bot", "bot/words", "bot/intake", "content", "scheduler"}
		if support(s.dir()) {
			open = append(open, standins)
		}
		if s.test() {
			open = append(open, "adapters/adaptertest", "bot/cards", "bot/chat", "bot/changes", "bot/delivery")
		}
		if !within(ours, its) && !slices.Contains(open, ours) {
			return "adapters import only " + strings.Join(open, ", ") + ", and never each other"
		}
	case "cmd":
	default:
		return "nothing of ours lives here"
	}
	return ""
}

// below lists, for each package of the core, the packages of the core that it may
// import.
var below = map[string][]string{
	"bot":          nil,
	"bot/words":    {"bot"},
	"bot/intake":   {"bot", "bot/words"},
	"bot/cards":    {"bot", "bot/words"},
	"bot/changes":  {"bot", "bot/words", "bot/cards"},
	"bot/delivery": {"bot", "bot/words", "bot/cards"},
	"bot/chat":     {"bot", "bot/words", "bot/cards", "bot/changes", "bot/delivery"},
}

// wrongInBot holds the layers of the core.
func wrongInBot(s source, ours string) string {
	may, known := below[s.dir()]
	switch {
	case !known:
		return s.dir() + " is no package of the core"
	case ours == "content" || ours == "scheduler" || ours == s.dir() || slices.Contains(may, ours):
		return ""
	case s.test() && ours == "adapters/adaptertest": // a store in memory passes the suite of stores
		return ""
	}
	return s.dir() + " imports only content, scheduler and " + strings.Join(may, ", ")
}

// standins is what the stand-ins of the platforms are built on.
const standins = "adapters/adaptertest/loopback"

// support tells whether a package is there for tests: adaptertest, or a stand-in in
// a folder named after its adapter.
func support(dir string) bool {
	return dir == standins || strings.HasPrefix(dir, "adapters/") && strings.HasSuffix(dir, "test")
}

// wrongFolders lists what is not as the house has it. dirs are the folders at
// the top and in adapters.
func wrongFolders(dirs []string, files []source) []string {
	var out []string
	for _, d := range dirs {
		top, below, _ := strings.Cut(d, "/")
		_, known := folders[top]
		switch {
		case strings.HasPrefix(d, "."):
		case !known:
			out = append(out, d+" is no folder of this house")
		case top == "adapters" && below != "" && !slices.Contains(adapterFolders, below):
			out = append(out, d+" is no adapter")
		}
	}
	for d, must := range folders {
		if must && !slices.Contains(dirs, d) {
			out = append(out, d+" is missing")
		}
	}
	for _, d := range adapterFolders {
		if !slices.Contains(dirs, "adapters/"+d) {
			out = append(out, "adapters/"+d+" is missing")
		}
	}
	for _, s := range files {
		for _, p := range s.parts() {
			if slices.Contains([]string{"internal", "pkg", "util", "utils"}, p) {
				out = append(out, s.file+" is in a folder without a meaning")
			}
		}
		if s.dir() == "." {
			out = append(out, s.file+" is outside of every folder")
		}
	}
	slices.Sort(out)
	return out
}

// house reads the module whose root is given.
func house(t *testing.T, root string) (dirs []string, files []source) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		hidden := rel != "." && strings.HasPrefix(d.Name(), ".")
		if d.IsDir() {
			if hidden || d.Name() == "testdata" {
				return fs.SkipDir
			}
			if depth := strings.Count(rel, "/"); rel != "." && (depth == 0 || depth == 1 && strings.HasPrefix(rel, "adapters/")) {
				dirs = append(dirs, rel)
			}
			return nil
		}
		if hidden || !strings.HasSuffix(rel, ".go") {
			return nil
		}
		if !strings.Contains(rel, "/") { // a file that no build uses may lie there
			if used, err := build.Default.MatchFile(root, rel); err != nil || !used {
				return err
			}
		}
		s := source{file: rel}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, p)
		}
		files = append(files, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs, files
}

func TestHouse(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(mod), "module "+module+"\n") {
		t.Fatalf("this is not the root of module %s", module)
	}
	dirs, files := house(t, root)
	if len(files) < 20 {
		t.Fatalf("only %d Go files found", len(files))
	}
	for _, w := range append(wrongFolders(dirs, files), wrongImports(files)...) {
		t.Error(w)
	}
}

func TestWrongImports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, imports string
		wrong         bool
	}{
		{"content/a.go", "strings", false},
		{"content/a.go", "circlekeeper/scheduler", true},
		{"content/a_test.go", "circlekeeper/bot", true},
		{"content/a_test.go", "circlekeeper/content", false},
		{"scheduler/a.go", "circlekeeper/content", true},
		{"scheduler/a.go", "github.com/robfig/cron/v3", false},
		{"bot/a.go", "circlekeeper/scheduler", false},
		{"bot/a.go", "github.com/robfig/cron/v3", true},
		{"bot/a.go", "circlekeeper/adapters/database", true},
		{"bot/a_test.go", "circlekeeper/adapters/slack/slacktest", true},
		{"bot/a.go", "database/sql", true},
		{"adapters/slack/a.go", "circlekeeper/bot", false},
		{"adapters/slack/a.go", "circlekeeper/adapters/discord", true},
		{"adapters/slack/a_test.go", "circlekeeper/adapters/discord/discordtest", true},
		{"adapters/slack/a_test.go", "circlekeeper/adapters/slack/slacktest", false},
		{"adapters/slack/a.go", "circlekeeper/adapters/slack/slacktest", true},
		{"adapters/slack/a_test.go", "circlekeeper/adapters/adaptertest", false},
		{"adapters/slack/a.go", "circlekeeper/adapters/adaptertest", true},
		{"adapters/slack/a.go", "circlekeeper/adapters/adaptertest/loopback", true},
		{"adapters/slack/slacktest/a.go", "circlekeeper/adapters/adaptertest/loopback", false},
		{"adapters/slack/slacktest/a.go", "circlekeeper/adapters/adaptertest", true},
		{"adapters/slack/a.go", "circlekeeper/cmd/circlekeeper", true},
		{"adapters/slack/slacktest/a.go", "github.com/slack-go/slack/socketmode", false},
		{"adapters/slack/a.go", "github.com/bwmarrin/discordgo", true},
		{"adapters/discord/a.go", "github.com/bwmarrin/discordgo", false},
		{"adapters/adaptertest/a_test.go", "circlekeeper/adapters/slack", true},
		{"adapters/database/a.go", "github.com/riverqueue/river/riverdriver/riversqlite", false},
		{"adapters/database/a.go", "circlekeeper/bot/chat", true},
		{"adapters/database/a.go", "circlekeeper/bot/delivery", true},
		{"adapters/database/a_test.go", "circlekeeper/bot/delivery", false},
		{"bot/delivery/a.go", "circlekeeper/bot/chat", true},
		{"adapters/playground/a.go", "modernc.org/sqlite", true},
		{"adapters/playground/a.go", "github.com/jackc/pgx/v5/stdlib", true},
		{"cmd/circlekeeper/a.go", "circlekeeper/adapters/slack", false},
		{"cmd/circlekeeper/a.go", "circlekeeper/adapters/slack/slacktest", true},
		{"cmd/circlekeeper/a_test.go", "circlekeeper/adapters/slack/slacktest", false},
		{"cmd/circlekeeper/a.go", "github.com/slack-go/slack", true},
		{"cmd/circlekeeper/a.go", "database/sql", true},
		{"cmd/circlekeeper/a_test.go", "database/sql", false},
		{"cmd/benchmark/a.go", "database/sql", false},
		{"cmd/benchmark/a.go", "github.com/robfig/cron/v3", false},
		{"cmd/benchmark/a.go", "circlekeeper/adapters/slack/slacktest", false},
		{"cmd/benchmark/a.go", "github.com/slack-go/slack", true},
		{"helpers/a.go", "circlekeeper/bot", true},
	} {
		got := wrongImports([]source{{c.file, []string{c.imports}}})
		if (len(got) > 0) != c.wrong {
			t.Errorf("%s importing %s: %q, want it wrong: %v", c.file, c.imports, got, c.wrong)
		}
	}
}

func TestWrongFolders(t *testing.T) {
	t.Parallel()
	right := []string{"adapters", "bot", "cmd", "content", "scheduler", ".ci"}
	for _, d := range adapterFolders {
		right = append(right, "adapters/"+d)
	}
	for name, c := range map[string]struct {
		dirs  []string
		files []source
		want  int
	}{
		"right":       {right, []source{{file: "bot/a.go"}, {file: "adapters/slack/slacktest/a.go"}}, 0},
		"deployment":  {append(slices.Clone(right), "deploy"), nil, 0},
		"documents":   {append(slices.Clone(right), "docs"), nil, 0},
		"another":     {append(slices.Clone(right), "helpers"), nil, 1},
		"missing":     {right[1:], nil, 1},
		"new adapter": {append(slices.Clone(right), "adapters/matrix"), nil, 1},
		"no adapter":  {right[:len(right)-1], nil, 1},
		"internal":    {right, []source{{file: "bot/internal/a.go"}}, 1},
		"root":        {right, []source{{file: "a.go"}}, 1},
	} {
		if got := wrongFolders(c.dirs, c.files); len(got) != c.want {
			t.Errorf("%s: %q, want %d", name, got, c.want)
		}
	}
}

func TestHouseIsRead(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"content/a.go":          "package content\nimport (\n\t\"strings\"\n\tx \"circlekeeper/bot\"\n)",
		"content/testdata/b.go": "not Go",
		".ci/c.go":              "not Go",
		"deps.go":               "//go:build never\n\npackage main",
		"main.go":               "package main",
		"adapters/slack/d.go":   "package slack",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dirs, files := house(t, root)
	if want := []string{"adapters", "adapters/slack", "content"}; !slices.Equal(dirs, want) {
		t.Errorf("folders %q, want %q", dirs, want)
	}
	var all []string
	for _, s := range files {
		all = append(all, s.file+" "+strings.Join(s.imports, " "))
	}
	if want := []string{"adapters/slack/d.go ", "content/a.go strings circlekeeper/bot", "main.go "}; !slices.Equal(all, want) {
		t.Errorf("files %q, want %q", all, want)
	}
}
