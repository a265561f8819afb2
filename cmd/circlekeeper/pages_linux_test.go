package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestPagesOfTheStartAreReturned(t *testing.T) {
	program, err := os.ReadFile("/proc/self/exe") // its pages are in the system's cache now
	must(t, err)
	before := programPages(t)
	returnPages()
	if after := programPages(t); before < len(program)>>10/10 || after > before*3/4 {
		t.Errorf("%d KiB of the program's file are in use before, %d KiB after", before, after)
	}
}

// A position-independent program writes addresses into its read-only data when it starts. They are
// not in its file.
func TestChangedPagesAreKept(t *testing.T) {
	program, err := os.Open("/proc/self/exe")
	must(t, err)
	defer program.Close()
	part, err := syscall.Mmap(int(program.Fd()), 0, os.Getpagesize(), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
	must(t, err)
	defer func() { _ = syscall.Munmap(part) }()
	const changed = 'x'
	if part[0] == changed {
		t.Fatal("the file begins so already")
	}
	part[0] = changed
	must(t, syscall.Mprotect(part, syscall.PROT_READ))
	returnPages()
	if part[0] != changed {
		t.Errorf("the change of a page is lost: it begins with %q", part[0])
	}
}

// programPages is how many KiB of the program's file count as memory of this process, without
// the parts that can be written.
func programPages(t *testing.T) (kib int) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/smaps")
	must(t, err)
	program, err := os.Executable()
	must(t, err)
	counts := false
	for line := range strings.Lines(string(maps)) {
		if f := strings.Fields(line); len(f) > 4 && !strings.HasSuffix(f[0], ":") {
			counts = f[len(f)-1] == program && !strings.Contains(f[1], "w")
		}
		var n int
		if _, err := fmt.Sscanf(line, "Rss: %d kB", &n); err == nil && counts {
			kib += n
		}
	}
	return kib
}
