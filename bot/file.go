package bot

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// FileFault says in plain words why the file or folder of a name could not be read or written,
// and what to do. A wrong name is a *UserError. An error of another kind is returned unchanged.
func FileFault(name string, err error) error {
	says := func(format string, about string) error {
		return &UserError{Message: fmt.Sprintf(format, about), Cause: err}
	}
	folder, isFile := nearestFolder(name)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EISDIR):
		return says("%s is a folder: name a file in it", name)
	case (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)) && isFile:
		return says("%s is a file, not a folder: name another place", folder)
	case errors.Is(err, fs.ErrNotExist) && folder == filepath.Dir(name):
		return says("there is no file %s: check the name", name)
	case errors.Is(err, fs.ErrNotExist):
		return says("the folder %s does not exist: check its name, or make it first", filepath.Dir(name))
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("this user has no right to use %s: change its rights, or those of its folder (%w)", name, err)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("no space is left on the disk for %s: make room there", name)
	}
	return err
}

// ListenFault says in plain words why the program cannot listen on an address, and what to do. The
// cause is not wrapped: it must not look like a network error of the database.
func ListenFault(address string, err error) error {
	host, number, _ := net.SplitHostPort(address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("another program listens on %s already: stop it, or choose another port", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("this machine does not have the address %s: choose another one", host)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("this user may not listen on port %s: choose one from 1024 on", number)
	}
	return fmt.Errorf("cannot listen on %s (%s): choose another address", address, err.Error())
}

// nearestFolder is the part of a name that exists: the folder in which the rest is missing, or a
// file that is named as if it were a folder.
func nearestFolder(name string) (folder string, isFile bool) {
	for folder = name; ; folder = filepath.Dir(folder) {
		info, err := os.Stat(folder)
		if err == nil || folder == filepath.Dir(folder) {
			return folder, err == nil && !info.IsDir()
		}
	}
}
