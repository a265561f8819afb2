package bot

import (
	"slices"
	"testing"
	"time"

	"circlekeeper/scheduler"
)

// TestKeysAmong finds the keys of a reminder among those of others.
func TestKeysAmong(t *testing.T) {
	t.Parallel()
	to := Place{Platform: Discord, Space: "1", Channel: "2"}
	var at []scheduler.Civil
	var names [][]byte
	for i := range 1000 {
		at = append(at, scheduler.CivilOf(time.Date(2026, 12, 1, 9, i, 0, 0, time.UTC)))
		names = append(names, []byte(at[i].String()))
	}
	keys := []string{Key("r1", at[0], to), Key("r1", at[501], to), Key("r2", at[7], to), "no key"}
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
