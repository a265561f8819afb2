package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// returnPages gives back to the system those pages of the program's file that only the start has
// used. Linux maps the neighbours of each used page, too, so that after a start nearly the whole
// file counts as memory of this process; serving uses a quarter of it. Pages that are needed again
// come from the system's cache of the file. A part that can be written, or that was changed as a
// position-independent program changes its addresses at the start, is left alone: its changes
// would be lost. Where it fails, the process only keeps more memory.
func returnPages() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return
	}
	var begin, end uintptr
	same := false // as in the file
	for line := range strings.Lines(string(maps)) {
		f := strings.Fields(line)
		switch {
		case len(f) > 4 && !strings.HasSuffix(f[0], ":"): // a part begins
			_, err := fmt.Sscanf(f[0], "%x-%x", &begin, &end)
			same = err == nil && f[len(f)-1] == program && !strings.Contains(f[1], "w")
		case len(f) > 1 && f[0] == "Anonymous:":
			same = same && f[1] == "0"
		case len(f) > 1 && f[0] == "Swap:" && same && f[1] == "0": // after Anonymous
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, begin, end-begin, syscall.MADV_DONTNEED)
		}
	}
}
