package discordtest

import (
	"fmt"
	"slices"
	"strings"
)

// Groups from which a form's field is filled in:
// https://docs.discord.com/developers/components/reference#radio-group and #checkbox-group
const (
	radioGroup    = 21
	checkboxGroup = 22
)

func isGroup(kind int) bool { return kind == radioGroup || kind == checkboxGroup }

func checkOptions(options []option) string {
	seen := map[string]bool{}
	for _, o := range options {
		if o.Label == "" || size(o.Label) > 100 || o.Value == "" || size(o.Value) > 100 || size(o.Description) > 100 || seen[o.Value] {
			return "an option has a label, a unique value and a description, up to 100 each"
		}
		seen[o.Value] = true
	}
	return ""
}

func checkGroup(c component) string {
	fewest := map[int]int{radioGroup: 2, checkboxGroup: 1}[c.Type]
	if len(c.Options) < fewest || len(c.Options) > 10 {
		return "a radio group has 2 to 10 options, a checkbox group 1 to 10"
	}
	if c.Placeholder != "" || c.Type == radioGroup && (c.MinValues != nil || c.MaxValues != nil) {
		return "a group has no placeholder, and one option of a radio group is picked"
	}
	least, most := c.picks()
	if least < 0 || least > 10 || most < 1 || most > 10 || least > most {
		return "of a checkbox group at least 0 to 10 and at most 1 to 10 are checked"
	}
	if c.MinValues != nil && least == 0 && c.required() {
		return "where none need be checked, the group is not required"
	}
	if on := len(defaults(c.Options)); on > most {
		return "as many options are picked at first as may be"
	}
	return checkOptions(c.Options)
}

// picks returns the least number of options to pick, if any are picked, and the greatest.
func (c component) picks() (least, most int) {
	least, most = 1, 1
	if c.Type == checkboxGroup {
		most = len(c.Options)
	}
	if c.MinValues != nil {
		least = *c.MinValues
	}
	if c.MaxValues != nil {
		most = *c.MaxValues
	}
	return least, most
}

func (c component) required() bool { return c.Required == nil || *c.Required }

// defaults are the values that are picked at first.
func defaults(options []option) (values []string) {
	for _, o := range options {
		if o.Default {
			values = append(values, o.Value)
		}
	}
	return values
}

// fill returns why Discord would not let a person send these values, separated by commas, in a
// field of options; nil if it would.
func (f Field) fill(given string) error {
	values := picked(f.Type, given)
	if !isGroup(f.Type) || len(values) == 0 && !f.Required {
		return nil
	}
	if len(values) < f.least || len(values) > f.most {
		return fmt.Errorf("field %s takes %d to %d of its options, not %q", f.ID, f.least, f.most, given)
	}
	for i, v := range values {
		if !slices.ContainsFunc(f.Options, func(o Button) bool { return o.CustomID == v }) || slices.Contains(values[:i], v) {
			return fmt.Errorf("field %s has no option %q, or it is given twice", f.ID, v)
		}
	}
	return nil
}

// sent is a filled field as Discord sends it.
// https://docs.discord.com/developers/interactions/receiving-and-responding
func (f Field) sent(name, given string) map[string]any {
	out := map[string]any{"type": f.Type, "custom_id": name}
	switch f.Type {
	case 3, 6, 8, checkboxGroup:
		out["values"] = picked(f.Type, given)
	case radioGroup:
		out["value"] = nil // nothing is picked
		if given != "" {
			out["value"] = given
		}
	default:
		out["type"], out["value"] = 4, given
	}
	return out
}

// picked is the value in a menu, if there is one, or the values in checkboxes.
func picked(kind int, v string) []string {
	switch {
	case v == "":
		return []string{}
	case kind == checkboxGroup:
		return strings.Split(v, ",")
	}
	return []string{v}
}
