package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// linksMost is how many symbolic links are followed one after the other.
const linksMost = 40

// setupWait is how long to wait for another process that opens the same file.
const setupWait = 30 * time.Second

// companions are what SQLite keeps beside a database file. They belong to that
// one file: beside another of the same name, SQLite would replay them into it.
func companions(file string) []string {
	return []string{file + "-wal", file + "-journal", file + "-shm"}
}

// ownNames are the names beside a database file that this program uses itself.
func ownNames(file string) []string {
	fresh := freshName(file)
	names := append(companions(file), file+".lock", file+".setup", fresh, fresh+".setup")
	return append(names, companions(fresh)...)
}

// Made reports that the SQLite file that a URL names is there. For PostgreSQL it is false:
// only the server could tell.
func Made(url string) bool {
	file, ok := sqliteFile(url)
	return ok && filled(file)
}

// sqliteFile is the file that a URL names.
func sqliteFile(url string) (file string, ok bool) {
	file, ok = strings.CutPrefix(url, "sqlite:")
	return strings.TrimPrefix(file, "//"), ok
}

// address gives the name by which SQLite's library opens a file.
func address(file, options string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(file) + "?" + options
}

// realFile gives the one absolute name of a file, with symbolic links and ".." resolved,
// whether or not the file exists. A database must have one lock and one log, by whichever name
// it is opened.
func realFile(name string, by setting) (string, error) {
	if !filepath.IsAbs(name) {
		here, err := os.Getwd()
		if err != nil {
			return "", err
		}
		name = here + string(filepath.Separator) + name
	}
	for range linksMost {
		// filepath.Dir would be wrong: it removes "link/.." without following the link.
		folder, base := filepath.Split(name)
		folder, err := filepath.EvalSymlinks(folder)
		if err != nil {
			return "", err
		}
		if base == "" || base == "." || base == ".." {
			return "", folderError(name, by)
		}
		name = filepath.Join(folder, base)
		to, err := os.Readlink(name)
		if err != nil { // no link
			return name, nil //nolint:nilerr // a name that is no link is the file itself
		}
		if !filepath.IsAbs(to) {
			to = folder + string(filepath.Separator) + to
		}
		name = to
	}
	return "", &fs.PathError{Op: "open", Path: name, Err: errors.New("too many symbolic links")}
}

// folderError refuses a name that leads to a folder.
func folderError(name string, by setting) error {
	if by == backupFile {
		return by.refuse("%s is a folder; name a file in it", name)
	}
	return by.refuse("%s is a folder; name a file in it, such as sqlite:%s", name, filepath.Join(name, "circlekeeper.db"))
}

// oneName refuses a file that is not a plain file, or that has a second hard link: SQLite would
// keep a log for each of the names.
func oneName(file string, by setting) error {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("open the database: %w", err)
	case info.IsDir():
		return folderError(file, by)
	case !info.Mode().IsRegular():
		return by.refuse("the database %s is not a plain file", file)
	case hardLinks(info) > 1:
		return fmt.Errorf("the database file %s has a second name (a hard link): two programs could write to it at once without seeing each other; remove the other name, or make a copy with the command backup", file)
	}
	return nil
}

// lockServing takes the right to be the only server of a database file, or
// returns ErrHeld. The file's real name is the lock's name.
func lockServing(file string) (release func(), err error) {
	lock := flock.New(file + ".lock")
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	if !ok {
		return nil, ErrHeld
	}
	return func() { lock.Unlock() }, nil
}

// lockFile waits until no other process opens, migrates or restores a database file.
func lockFile(ctx context.Context, file string) (release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, setupWait)
	defer cancel()
	lock := flock.New(file + ".setup")
	if _, err := lock.TryLockContext(ctx, 5*time.Millisecond); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("another program has been setting up %s for %s: wait until it has ended, and try again", file, setupWait)
		}
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	return func() { lock.Unlock() }, nil
}

// exists reports whether a name is taken, also by a link that leads nowhere.
func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// filled reports whether a file is there and not empty.
func filled(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Size() > 0
}

// settleFolder makes renames in a folder last through a power loss. Systems on
// which a folder cannot be opened for that do it by themselves.
func settleFolder(file string) {
	if folder, err := os.Open(filepath.Dir(file)); err == nil {
		_ = folder.Sync()
		folder.Close()
	}
}
