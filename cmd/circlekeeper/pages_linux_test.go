package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestPagesOfTheStartAreReturned(t *testing.T) {
	program, err := os.ReadFile("/proc/self/exe") // its pages are in the system's cache now
	if err != nil {
		t.Fatal(err)
	}
	before := programPages(t)
	returnPages()
	if after := programPages(t); before < len(program)>>10/10 || after > before*3/4 {
		t.Errorf("%d KiB of the program's file are in use before, %d KiB after", before, after)
	}
}

// programPages is how many KiB of the program's file count as memory of this process, without
// the parts that can be written.
func programPages(t *testing.T) (kib int) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
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
