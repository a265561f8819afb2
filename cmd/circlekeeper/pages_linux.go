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
// come from the system's cache of the file. A part that can be written is left alone. Where it
// fails, the process only keeps more memory.
func returnPages() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return
	}
	for line := range strings.Lines(string(maps)) {
		var begin, end uintptr
		var rights, offset, device, inode, file string
		_, err := fmt.Sscanf(line, "%x-%x %s %s %s %s %s", &begin, &end, &rights, &offset, &device, &inode, &file)
		if err == nil && file == program && !strings.Contains(rights, "w") {
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, begin, end-begin, syscall.MADV_DONTNEED)
		}
	}
}
