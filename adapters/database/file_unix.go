//go:build unix

package database

import (
	"io/fs"
	"os"
	"syscall"
)

// hardLinks counts the names of a file.
func hardLinks(info fs.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Nlink)
	}
	return 1
}

// openToOthers tells whether anybody but the owner of a file has rights on it.
func openToOthers(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }

// giveTo makes the owner of one file that of another, as far as this user may:
// an administrator restores for the user who serves.
func giveTo(owner fs.FileInfo, file string) {
	if s, ok := owner.Sys().(*syscall.Stat_t); ok {
		_ = os.Lchown(file, int(s.Uid), int(s.Gid))
	}
}
