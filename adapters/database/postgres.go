package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// Connections to PostgreSQL.
const (
	connectTimeout = 5 * time.Second
	// pingAfter is how long a connection may be idle without being tested before its next use.
	// The planner and the queue ask every second: a test each time would double the traffic.
	pingAfter = 5 * time.Second
	// connectionsMost is how many connections a process opens, unless pool_max_conns in the
	// address says otherwise. A process that serves Discord's gateway, or stands by for it,
	// opens one more.
	connectionsMost = 8
	// connectionsLeast: the queue's listener, set-up and a transaction need one each.
	connectionsLeast = 4
)

const (
	postgresForm = "write postgres://USER:PASSWORD@HOST/NAME?sslmode=verify-full"
	verified     = "write postgres://USER:PASSWORD@HOST/NAME?sslmode=verify-full, with sslrootcert=FILE if the server's certificate is signed by an authority of your own"
)

func (db *DB) openPostgres(ctx context.Context, address string) error {
	config, err := postgresConfig(address, db.setting)
	if err != nil {
		return err
	}
	db.exposed = exposed(&config.ConnConfig.Config)
	db.pool, err = pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return db.setting.refuse("not a PostgreSQL address; %s", postgresForm)
	}
	alone := config.Copy()
	alone.MinConns, alone.MaxConns = 0, 1
	if db.rights, err = pgxpool.NewWithConfig(ctx, alone); err != nil {
		return db.setting.refuse("not a PostgreSQL address; %s", postgresForm)
	}
	db.sql = stdlib.OpenDBFromPool(db.pool)
	return nil
}

// connect checks that the server accepts the program.
func (db *DB) connect(ctx context.Context) error {
	if db.pool == nil {
		return nil
	}
	err := db.sql.PingContext(ctx)
	if err == nil || ctx.Err() != nil {
		return err
	}
	config := &db.pool.Config().ConnConfig.Config
	cause, why := refusal(err, config, db.setting)
	return &Fault{Cause: cause, err: err, words: fmt.Sprintf("PostgreSQL at %s cannot be used: %s", hosts(config), why)}
}

// These decide how soon one side notices that the other has vanished, as after a power cut: 25
// s. Then the server ends the session and frees its locks. Without them that takes hours.
const (
	aliveIdle  = 10 * time.Second
	aliveEvery = 5 * time.Second
	aliveTries = 3

	// A process that is suspended within a transaction still has a live connection and would
	// keep its locks, so all others would wait. After this time the server ends the
	// transaction; the process repeats it when it wakes up.
	idleMost = 15 * time.Second
)

// keptAlive makes the server check that this process is still connected and active. The
// settings are not sent as parameters of the connection, because a pooler on the way would
// refuse these.
func keptAlive(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, fmt.Sprintf(`select set_config('tcp_keepalives_idle', '%d', false),
		set_config('tcp_keepalives_interval', '%d', false), set_config('tcp_keepalives_count', '%d', false),
		set_config('idle_in_transaction_session_timeout', '%d', false)`,
		int(aliveIdle.Seconds()), int(aliveEvery.Seconds()), aliveTries, idleMost.Milliseconds()))
	return err
}

// postgresConfig reads an address. It refuses one by which an impostor could get the password.
func postgresConfig(address string, by setting) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(address)
	var file *fs.PathError
	if errors.As(err, &file) { // the file may appear later
		return nil, fmt.Errorf("%s: the file %s that it names cannot be read: %w", by, file.Path, file.Err)
	}
	if why := misread(address, err); why != "" {
		return nil, by.refuse("not a PostgreSQL address: %s; %s", why, postgresForm)
	}
	if name := optional(&config.ConnConfig.Config); name != "" {
		return nil, by.refuse("without sslmode the password would go to %s in the clear if whoever answers there declines encryption; %s", name, verified)
	}
	config.ConnConfig.ConnectTimeout = connectTimeout
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: aliveIdle, Interval: aliveEvery, Count: aliveTries,
	}}).DialContext
	config.AfterConnect = keptAlive
	config.ShouldPing = func(_ context.Context, p pgxpool.ShouldPingParams) bool { return p.IdleDuration > pingAfter }
	switch u, err := url.Parse(address); {
	case err == nil && !u.Query().Has("pool_max_conns"):
		config.MaxConns = connectionsMost
	case config.MaxConns < connectionsLeast:
		return nil, by.refuse("pool_max_conns must be at least %d", connectionsLeast)
	}
	return config, nil
}

// misread says what is wrong with an address; empty if nothing is. unread is the error of
// reading it, if any. The answer quotes nothing that may be part of a password: with an
// unescaped @, / or ? in it, the rest of a password looks like a host, a port or a path.
func misread(address string, unread error) string {
	const escape = "in the user's name and the password write %40 for @, %2F for /, %3F for ? and %25 for %"
	_, rest, _ := strings.Cut(address, "://")
	authority, behind := rest, ""
	if end := strings.IndexAny(rest, "/?"); end >= 0 { // a # is part of the password
		authority, behind = rest[:end], rest[end:]
	}
	switch {
	case strings.Count(authority, "@") > 1, !atInValues(behind):
		return escape
	case unread == nil:
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return escape
	}
	modes := []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
	if port, err := strconv.Atoi(u.Port()); u.Port() != "" && (err != nil || port < 1 || port > 65535) {
		return "a port is a number from 1 to 65535"
	}
	if mode := u.Query().Get("sslmode"); mode != "" && !slices.Contains(modes, mode) {
		return "sslmode is one of " + strings.Join(modes, ", ")
	}
	return "it cannot be read"
}

// atInValues tells whether each @ behind the hosts of an address is in the value of a
// parameter. Any other @ there is the end of a password that holds an unescaped / or ?.
func atInValues(behind string) bool {
	path, parameters, _ := strings.Cut(behind, "?")
	if strings.Contains(path, "@") {
		return false
	}
	for p := range strings.SplitSeq(parameters, "&") {
		if name, _, _ := strings.Cut(p, "="); strings.Contains(name, "@") {
			return false
		}
	}
	return true
}

// ways lists all the ways in which a server is tried, one after the other.
func ways(c *pgconn.Config) []*pgconn.FallbackConfig {
	return append([]*pgconn.FallbackConfig{{Host: c.Host, Port: c.Port, TLSConfig: c.TLSConfig}}, c.Fallbacks...)
}

// near reports whether what goes to a host stays on this machine.
func near(host string) bool {
	return filepath.IsAbs(host) || strings.HasPrefix(host, "@") || host == "localhost" || net.ParseIP(host).IsLoopback()
}

// optional returns a remote host for which the server decides whether the connection is
// encrypted; empty if there is none. That is the case with sslmode=allow and prefer, which is
// the default.
func optional(c *pgconn.Config) string {
	plain, encrypted := make(map[string]bool), make(map[string]bool)
	for _, w := range ways(c) {
		if w.TLSConfig == nil {
			plain[w.Host] = true
		} else {
			encrypted[w.Host] = true
		}
		if plain[w.Host] && encrypted[w.Host] && !near(w.Host) {
			return w.Host
		}
	}
	return ""
}

// exposed says why the connection to a remote host is not safe: it is not encrypted, or the
// certificate is not verified. It is empty if nothing is wrong.
func exposed(c *pgconn.Config) string {
	for _, w := range ways(c) {
		switch {
		case near(w.Host):
		case w.TLSConfig == nil:
			return fmt.Sprintf("the connection to %s is not encrypted: everyone on the way can read the password and the records; %s", w.Host, verified)
		case w.TLSConfig.InsecureSkipVerify || w.TLSConfig.ServerName == "":
			return fmt.Sprintf("nothing checks that %s is the server that it says it is: another could take its place and get the password and the records; %s", w.Host, verified)
		}
	}
	return ""
}

// Exposed says why the database's file, or the connection to it, is not safe; empty if nothing is
// wrong.
func (db *DB) Exposed() string { return db.exposed }

// hosts are where a server is looked for, each once.
func hosts(c *pgconn.Config) string {
	var all []string
	for _, w := range ways(c) {
		name := w.Host
		if !filepath.IsAbs(name) {
			name = net.JoinHostPort(w.Host, fmt.Sprint(w.Port))
		}
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, ", ")
}
