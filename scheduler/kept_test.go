package scheduler

import (
	"errors"
	"fmt"
	"testing"
)

// What was read is not read again; what is wrong is not remembered; and however many
// texts come, only so many are kept.
func TestKeptIsBounded(t *testing.T) {
	t.Parallel()
	var k kept[int]
	read := 0
	length := func(s string) (int, error) {
		read++
		if s == "" {
			return 0, errors.New("empty")
		}
		return len(s), nil
	}
	for range 3 {
		if n, err := k.read("four", length); n != 4 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if _, err := k.read("", length); err == nil {
			t.Error("a fault is forgotten")
		}
	}
	if read != 4 {
		t.Errorf("read %d times, want 1 and 3 for what is wrong", read)
	}
	for i := range 5 * keptMost {
		if _, err := k.read(fmt.Sprint("rule ", i), length); err != nil {
			t.Fatal(err)
		}
		if len(k.all) > keptMost {
			t.Fatalf("%d are kept", len(k.all))
		}
	}
}
