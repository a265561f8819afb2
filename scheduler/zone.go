package scheduler

import (
	_ "embed"
	"slices"
	"strings"
	"time"
)

// zoneNames is every name in the embedded zone data, one a line. A test compares the two.
//
//go:embed zones.txt
var zoneNames string

// ParseZone finds an IANA zone by its name, such as "America/Los_Angeles". It
// refuses "Local", abbreviations and fixed offsets, which know no summer time,
// and suggests a near name.
func ParseZone(name string) (*time.Location, error) {
	if zone, ok := current().known(name); ok && !fixed(name) {
		return zone, nil
	}
	switch {
	case strings.TrimSpace(name) == "":
		return nil, mistake("the time zone is missing; write the zone of a place, such as America/Los_Angeles")
	case strings.ContainsAny(name, "\n\r"):
		return nil, mistake("a time zone is one line; write the zone of a place, such as America/Los_Angeles")
	case !strings.Contains("\n"+zoneNames, "\n"+name+"\n"), fixed(name):
		if named := ZonesFor(name); len(named) > 1 {
			return nil, offering(mistake("there is no time zone %s; did you mean %s or %s?", clip(name), named[0], named[1]), named[:2]...)
		}
		if near := nearZone(name); near != "" {
			return nil, offering(mistake("there is no time zone %s; did you mean %s?", clip(name), near), near)
		}
		return nil, mistake("there is no time zone %s; write the zone of a place, such as America/Los_Angeles", clip(name))
	}
	zone, err := current().location(name)
	if err != nil {
		return nil, mistake("time zone %s cannot be read on this machine: %s", clip(name), err)
	}
	return zone, nil
}

// ZoneNamed returns the zone whose name was written with other capitals, with blanks or with
// accents: "america/los angeles". If there is none, it returns the text itself.
func ZoneNamed(text string) string {
	name := strings.ReplaceAll(foldText(strings.TrimSpace(text)), " ", "_")
	for _, zone := range Zones() {
		if strings.ToLower(zone) == name {
			return zone
		}
	}
	return text
}

// Zones is the names that ParseZone takes, sorted.
func Zones() []string {
	return slices.DeleteFunc(strings.Fields(zoneNames), fixed)
}

// fixed reports whether a name in the zone data is an offset and not a place. Only UTC is
// accepted.
func fixed(name string) bool {
	switch name {
	case "Etc/UTC":
		return false
	case "EST", "MST", "HST", "Factory":
		return true
	}
	return strings.HasPrefix(name, "Etc/") || strings.HasPrefix(name, "GMT")
}

// nearZone is the zone that a name was probably meant to be, or "".
func nearZone(name string) string {
	if zones := ZonesFor(name); len(zones) > 0 {
		return zones[0]
	}
	if len(name) > 40 || len(name) < 4 || fixed(name) {
		return ""
	}
	name = foldText(strings.ReplaceAll(name, " ", "_"))
	best, least := "", max(1, len(name)/5)+1
	for _, zone := range Zones() {
		low := strings.ToLower(zone)
		d := distance(name, low)
		if _, city, ok := strings.Cut(low, "/"); ok {
			d = min(d, distance(name, city))
		}
		if d < least {
			best, least = zone, d
		}
	}
	return best
}

// distance is how many letters to change, add or remove to make a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
