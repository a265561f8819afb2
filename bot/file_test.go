package bot

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestFileFault names the part of a path that is wrong.
func TestFileFault(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, missing := os.Open(filepath.Join(dir, "no", "x"))
	other := errors.New("something else")
	for _, c := range []struct {
		name  string
		err   error
		want  string
		wrong bool // a wrong name, of whoever typed it
	}{
		{file, nil, "", false},
		{filepath.Join(dir, "no"), fs.ErrNotExist, "there is no file " + filepath.Join(dir, "no") + ": check the name", true},
		{filepath.Join(dir, "no", "x"), missing, "the folder " + filepath.Join(dir, "no") + " does not exist: check its name, or make it first", true},
		{filepath.Join(file, "a", "b"), syscall.ENOTDIR, file + " is a file, not a folder: name another place", true},
		{dir, &fs.PathError{Op: "read", Path: dir, Err: syscall.EISDIR}, dir + " is a folder: name a file in it", true},
		{file, fs.ErrPermission, "this user has no right to use " + file + ": change its rights, or those of its folder (permission denied)", false},
		{file, &fs.PathError{Op: "write", Path: file, Err: syscall.ENOSPC}, "no space is left on the disk for " + file + ": make room there", false},
		{file, other, "something else", false},
	} {
		err := FileFault(c.name, c.err)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if _, wrong := ForPerson(err); said != c.want || wrong != c.wrong {
			t.Errorf("%s, %v: %q, a wrong name: %v", c.name, c.err, said, wrong)
		}
	}
}

// TestListenFault says what to do about an address that cannot be listened on.
func TestListenFault(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"another program listens on 127.0.0.1:80 already: stop it, or choose another port": syscall.EADDRINUSE,
		"this machine does not have the address 127.0.0.1: choose another one":             syscall.EADDRNOTAVAIL,
		"this user may not listen on port 80: choose one from 1024 on":                     syscall.EACCES,
		"cannot listen on 127.0.0.1:80 (listen tcp: odd): choose another address":          errors.New("odd"),
	} {
		if got := ListenFault("127.0.0.1:80", &net.OpError{Op: "listen", Net: "tcp", Err: err}); got.Error() != want {
			t.Errorf("%v: %q", err, got)
		}
	}
}
