package bot

import (
	"slices"
	"testing"
	"time"

	"circlekeeper/scheduler"
)

// TestKeysAmong finds the keys of a reminder among those of others, whichever processor hashes them.
func TestKeysAmong(t *testing.T) {
	t.Parallel()
	to := Place{Platform: Discord, Space: "1", Channel: "2"}
	var names []scheduler.Civil
	for i := range 1000 {
		names = append(names, scheduler.CivilOf(time.Date(2026, 12, 1, 9, i, 0, 0, time.UTC)))
	}
	keys := []string{Key("r1", names[0], to), Key("r1", names[501], to), Key("r2", names[7], to), "no key"}
	for sought, want := range map[string][]string{"r1": keys[:2], "r2": keys[2:3], "r3": nil} {
		found := KeysAmong(keys, sought, to, slices.Values(names))
		if len(found) != len(want) || slices.ContainsFunc(want, func(key string) bool { return !found[key] }) {
			t.Errorf("%s: %v, want %v", sought, found, want)
		}
	}
	if found := KeysAmong(keys[:1], "r1", to, slices.Values(names)); !found[keys[0]] { // the first ends the search
		t.Error(found)
	}
}
