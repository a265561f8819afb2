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

// giveTo makes the owner of one file that of another, as far as this user may:
// an administrator restores for the user who serves.
func giveTo(owner fs.FileInfo, file string) {
	if s, ok := owner.Sys().(*syscall.Stat_t); ok {
		_ = os.Lchown(file, int(s.Uid), int(s.Gid))
	}
}
