package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/delivery"
	"circlekeeper/content"
)

// monday is a Monday, 08:59:58 in Los Angeles.
var monday = time.Date(2026, 11, 30, 16, 59, 58, 0, time.UTC)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := template.drop(); err != nil {
		fmt.Fprintln(os.Stderr, "drop the template:", err)
		code = 1
	}
	os.Exit(code)
}

// each runs a test on SQLite and, where TEST_DATABASE_URL names a server, on
// PostgreSQL, each time in an empty database of its own.
func each(t *testing.T, test func(t *testing.T, open func() *DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, opener(t, "sqlite:"+emptyFile(t)))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, opener(t, emptyPostgres(t)))
	})
}

func opener(t *testing.T, url string) func() *DB {
	return func() *DB {
		t.Helper()
		db, err := Open(t.Context(), url, time.Now, slog.New(slog.DiscardHandler))
		must(t, err)
		t.Cleanup(func() { db.Close() })
		return db
	}
}

// postgresServer is the address of a server where tests make databases of their own. It
// skips a test that has none.
func postgresServer(t *testing.T) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Skip("TEST_DATABASE_URL names no PostgreSQL server")
	}
	return server
}

// emptyFile makes a SQLite file with this program's schema: a copy of one that was set up, since
// setting up takes longer than most tests.
func emptyFile(t *testing.T) (file string) {
	t.Helper()
	text, err := schemaFile()
	must(t, err)
	file = filepath.Join(t.TempDir(), "test.db")
	must(t, os.WriteFile(file, text, 0o600))
	return file
}

var schemaFile = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "schema")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "schema.db")
	if err := setUpOnly("sqlite:" + file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

func setUpOnly(url string) error {
	db, err := Open(context.Background(), url, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return db.Close()
}

// emptyPostgres makes a database with this program's schema on the server, in the same way.
func emptyPostgres(t *testing.T) (url string) {
	t.Helper()
	server := postgresServer(t)
	name, err := template.on(server)
	must(t, err)
	return madeOn(t, server, " template "+name)
}

// ownDatabase makes one without a schema.
func ownDatabase(t *testing.T) (url string) {
	t.Helper()
	return madeOn(t, postgresServer(t), "")
}

func madeOn(t *testing.T, server, how string) (url string) {
	t.Helper()
	name := newName()
	must(t, onServer(server, `create database `+name+how))
	t.Cleanup(func() {
		if err := onServer(server, `drop database `+name+` with (force)`); err != nil {
			t.Error(err)
		}
	})
	url, err := databaseOn(server, name)
	must(t, err)
	return url
}

// template is what emptyPostgres copies. The server is always that of TEST_DATABASE_URL.
var template postgresTemplate

type postgresTemplate struct {
	mu   sync.Mutex
	name string // of the database; empty until a test needs it
}

func (p *postgresTemplate) on(server string) (name string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.name != "" {
		return p.name, nil
	}
	name = newName()
	url, err := databaseOn(server, name)
	if err != nil {
		return "", err
	}
	if err := onServer(server, `create database `+name); err != nil {
		return "", err
	}
	p.name = name
	return name, setUpOnly(url)
}

func (p *postgresTemplate) drop() error {
	if p.name == "" {
		return nil
	}
	return onServer(os.Getenv("TEST_DATABASE_URL"), `drop database `+p.name+` with (force)`)
}

func newName() string { return "ck_" + newID() + strconv.Itoa(os.Getpid()) }

func onServer(server, statement string) error {
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer admin.Close()
	_, err = admin.Exec(statement)
	return err
}

func databaseOn(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// clock is a clock that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// network is an adapter that keeps what is posted and fails as told.
type network struct {
	mu       sync.Mutex
	platform bot.Platform
	posts    []post
	outcome  func(m bot.Message, posts int) error // before posting; ErrUnknown posts all the same if lost
	lost     bool
	check    error              // what Inspect returns
	refuse   func(p post) error // before a post is changed; nil for nothing
	sends    int
	finds    int
	came     chan struct{}
}

type post struct {
	place bot.Place
	m     bot.Message
	at    time.Time
	edits int
	gone  bool
}

func newNetwork(p bot.Platform) *network {
	return &network{platform: p, came: make(chan struct{}, 10000)}
}

func (n *network) Platform() bot.Platform                         { return n.platform }
func (n *network) Serve(ctx context.Context, _ bot.Handler) error { <-ctx.Done(); return nil }

func (n *network) Inspect(context.Context, bot.Place) (bot.Channel, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return bot.Channel{}, n.check
}

func (n *network) Send(_ context.Context, to bot.Place, m bot.Message) (bot.Receipt, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sends++
	if n.outcome != nil {
		if err := n.outcome(m, len(n.posts)); err != nil {
			if errors.Is(err, bot.ErrUnknown) && n.lost {
				n.posts = append(n.posts, post{place: to, m: m, at: time.Now()})
			}
			return bot.Receipt{}, err
		}
	}
	n.posts = append(n.posts, post{place: to, m: m, at: time.Now()})
	n.came <- struct{}{}
	return bot.Receipt{ID: strconv.Itoa(len(n.posts)), At: time.Now()}, nil
}

func (n *network) Find(_ context.Context, to bot.Place, m bot.Message, _ time.Time) (bot.Receipt, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.finds++
	for i, p := range n.posts {
		if p.m.Key == m.Key && p.place == to && !p.gone {
			return bot.Receipt{ID: strconv.Itoa(i + 1)}, true, nil
		}
	}
	return bot.Receipt{}, false, nil
}

// Posts implements bot.Adapter: all, of whatever time.
func (n *network) Posts(_ context.Context, to bot.Place, _ time.Time) (list []bot.Posted, whole bool, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, p := range n.posts {
		if p.place == to && !p.gone {
			list = append(list, bot.Posted{Key: p.m.Key, Receipt: bot.Receipt{ID: strconv.Itoa(i + 1), At: p.at}})
		}
	}
	return list, true, nil
}

// Edit implements bot.Adapter.
func (n *network) Edit(_ context.Context, to bot.Place, id string, m bot.Message) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	i, err := strconv.Atoi(id)
	if err != nil || i < 1 || i > len(n.posts) || n.posts[i-1].m.Key != m.Key || n.posts[i-1].place != to {
		return bot.ErrUnreachable
	}
	p := &n.posts[i-1]
	if n.refuse != nil {
		if err := n.refuse(*p); err != nil {
			return err
		}
	}
	p.m = m
	p.edits++
	return nil
}

// set says what the platform answers to changes of posts from now on.
func (n *network) set(refuse func(post) error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refuse = refuse
}

// Delete implements bot.Adapter.
func (n *network) Delete(_ context.Context, to bot.Place, id string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	i, err := strconv.Atoi(id)
	if err != nil || i < 1 || i > len(n.posts) || n.posts[i-1].place != to {
		return bot.ErrUnreachable
	}
	p := &n.posts[i-1]
	if n.refuse != nil {
		if err := n.refuse(*p); err != nil {
			return err
		}
	}
	if p.gone {
		return bot.ErrGone
	}
	p.gone = true
	p.edits++
	return nil
}

// standing is what stands in the channels, oldest first.
func (n *network) standing() []bot.Message {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []bot.Message
	for _, p := range n.posts {
		if !p.gone {
			out = append(out, p.m)
		}
	}
	return out
}

// keys counts how often each key stands in the channels.
func (n *network) keys() map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := make(map[string]int)
	for _, p := range n.posts {
		out[p.m.Key]++
	}
	return out
}

// embedded reads the program's own content once for all tests: nothing changes it.
var embedded = sync.OnceValues(func() (*content.Library, error) { return content.Load(content.Options{}) })

func library(t testing.TB) *content.Library {
	t.Helper()
	l, err := embedded()
	must(t, err)
	return l
}

// core makes a bot on the database with every card approved.
func core(t testing.TB, db *DB) *chat.Bot {
	t.Helper()
	l := library(t)
	var given []content.Approval
	for _, c := range l.All() {
		given = append(given, content.Approval{
			Card: c.ID, Lang: c.Lang, Hash: c.Hash, Reviewer: "A. Reviewer, LMFT 1",
			At: db.now().AddDate(0, -1, 0), ReviewBy: db.now().AddDate(0, 10, 0),
		})
	}
	must(t, db.Approve(t.Context(), bot.Actor{ID: "cli"}, given...))
	b, err := chat.New(chat.Config{Library: l, Store: db, Log: slog.New(slog.DiscardHandler), Now: db.now})
	must(t, err)
	return b
}

var cli = bot.Actor{ID: "cli"}

func place(s string) bot.Place {
	p, err := bot.ParsePlace(s)
	if err != nil {
		panic(err)
	}
	return p
}

func sampleGroup(id string, places ...bot.Place) bot.Group {
	return bot.Group{ID: id, Name: "Group " + id, Zone: "America/Los_Angeles", Langs: []string{"en"}, Quiet: "21:00-08:00", Places: places}
}

// withReminder opens a database with one group, of one reminder, at a moment.
func withReminder(t *testing.T, open func() *DB, at time.Time, rule string) (*DB, *clock, *chat.Bot, bot.Reminder) {
	t.Helper()
	db, now := open(), &clock{at: at}
	db.now = now.now
	b := core(t, db)
	must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
	return db, now, b, addReminder(t, db, "g", rule)
}

func addReminder(t testing.TB, db *DB, group, rule string) bot.Reminder {
	t.Helper()
	r, err := db.AddReminder(t.Context(), cli, bot.Reminder{Group: group, Topic: "agreements", Rule: rule, Late: bot.DefaultLate})
	must(t, err)
	return r
}

func deliveries(t testing.TB, db *DB) []bot.Delivery {
	t.Helper()
	all, err := db.Deliveries(t.Context(), bot.DeliveryFilter{Limit: 1 << 30})
	must(t, err)
	return all
}

var staffPlace = place("slack:C0000009")

// plan makes one round of planning without an engine running.
func plan(t testing.TB, db *DB, b *chat.Bot) (int, error) {
	t.Helper()
	e := newEngine(db, EngineConfig{Planner: delivery.NewPlanner(b.Deck()), Staff: staffPlace})
	return e.planner.plan(t.Context(), db.now())
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
