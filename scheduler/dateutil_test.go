package scheduler

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// TestAgainstDateutil compares random rules with what Debian's python3-dateutil makes of
// them, which shares no code with the scheduler: local times and instants. It needs
// python3 and that package, so it runs where PYTHON_DATEUTIL=1; SEED chooses the rules.
func TestAgainstDateutil(t *testing.T) {
	t.Parallel()
	if os.Getenv("PYTHON_DATEUTIL") != "1" {
		t.Skip("PYTHON_DATEUTIL=1 is not set: it needs python3 and python3-dateutil")
	}
	const rules = 600
	seed := os.Getenv("SEED")
	if seed == "" {
		seed = strconv.FormatInt(time.Now().Unix(), 10)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "python3", "testdata/expand.py", seed, strconv.Itoa(rules))
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("SEED=%s: %v", seed, err)
	}
	lines, compared := bufio.NewScanner(bytes.NewReader(text)), 0
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var want expansion
		must(t, json.Unmarshal(lines.Bytes(), &want))
		want.compare(t, seed)
		compared++
	}
	if compared != rules {
		t.Errorf("SEED=%s: %d rules were compared, not %d", seed, compared, rules)
	}
}

// expansion is a rule with its moments as another program found them.
type expansion struct {
	Rule    string
	Zone    string
	Ends    bool // these are all
	Moments []struct {
		Local string
		UTC   *time.Time // nil where the clock leaves the time out
	}
}

func (e expansion) compare(t *testing.T, seed string) {
	t.Helper()
	r, err := ParseRule(e.Rule)
	if err != nil {
		t.Errorf("SEED=%s: %v", seed, err)
		return
	}
	c := calendar(t, e.Zone, "none", nil, nil)
	minute := civilAt(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).minutes
	for i, want := range e.Moments {
		at, ok := r.nextCivil(minute)
		if got := (Civil{minutes: at}); !ok || got.String() != want.Local {
			t.Errorf("SEED=%s: %q is due %s, want %s (moment %d)", seed, e.Rule, got, want.Local, i+1)
			return
		}
		if place := c.place(Civil{minutes: at}.Time()); want.UTC != nil && !place.Equal(*want.UTC) {
			t.Errorf("SEED=%s: %q in %s: %s is at %s, want %s", seed, e.Rule, e.Zone, want.Local, place, want.UTC)
			return
		}
		minute = at + 1
	}
	if at, more := r.nextCivil(minute); e.Ends && more {
		t.Errorf("SEED=%s: %q is due also at %s", seed, e.Rule, Civil{minutes: at})
	}
}
