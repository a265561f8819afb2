package discordtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestGroupLimits(t *testing.T) {
	t.Parallel()
	options := func(n, on int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`{"label":"o","value":"%d","default":%t}`, i, i < on))
		}
		return `"options":[` + strings.Join(all, ",") + `]`
	}
	long := strings.Repeat("x", 101)
	for _, c := range []struct {
		name, group string
		ok          bool
	}{
		{"2 radio buttons", `"type":21,` + options(2, 1), true},
		{"10 radio buttons", `"type":21,"required":false,` + options(10, 0), true},
		{"1 radio button", `"type":21,` + options(1, 0), false},
		{"11 radio buttons", `"type":21,` + options(11, 0), false},
		{"two radio buttons on", `"type":21,` + options(3, 2), false},
		{"radio buttons with a number to pick", `"type":21,"max_values":1,` + options(3, 1), false},
		{"no options", `"type":22`, false},
		{"1 checkbox", `"type":22,` + options(1, 1), true},
		{"10 checkboxes, all on", `"type":22,"required":false,"min_values":0,` + options(10, 10), true},
		{"11 checkboxes", `"type":22,` + options(11, 0), false},
		{"too many on", `"type":22,"max_values":1,` + options(3, 2), false},
		{"none at most", `"type":22,"required":false,"min_values":0,"max_values":0,` + options(3, 0), false},
		{"11 at most", `"type":22,"max_values":11,` + options(3, 0), false},
		{"more at least than at most", `"type":22,"min_values":3,"max_values":2,` + options(3, 0), false},
		{"required, and none need be checked", `"type":22,"min_values":0,` + options(3, 0), false},
		{"a placeholder", `"type":22,"placeholder":"x",` + options(3, 0), false},
		{"a label of 101", `"type":22,"options":[{"label":"` + long + `","value":"a"}]`, false},
		{"a value of 101", `"type":22,"options":[{"label":"a","value":"` + long + `"}]`, false},
		{"a description of 101", `"type":22,"options":[{"label":"a","value":"a","description":"` + long + `"}]`, false},
		{"no label", `"type":21,"options":[{"value":"a"},{"label":"b","value":"b"}]`, false},
		{"the same value twice", `"type":21,"options":[{"label":"a","value":"a"},{"label":"b","value":"a"}]`, false},
	} {
		var b body
		raw := `{"custom_id":"f","title":"F","components":[{"type":18,"label":"L","component":{"custom_id":"g",` + c.group + `}}]}`
		if err := json.Unmarshal([]byte(raw), &b); err != nil {
			t.Fatal(err)
		}
		if why := checkModal(b); (why == "") != c.ok {
			t.Errorf("%s: %q", c.name, why)
		}
	}
	for _, kind := range []int{radioGroup, checkboxGroup} {
		raw := fmt.Sprintf(`{"content":"x","components":[{"type":1,"components":[{"custom_id":"g","type":%d,%s}]}]}`, kind, options(3, 0))
		if _, no := checkMessage([]byte(raw), inChannel); no.status == 0 {
			t.Errorf("a group of type %d stands in a message", kind)
		}
	}
}
