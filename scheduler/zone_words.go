package scheduler

import (
	"slices"
	"strings"
)

// zonesByWord lists words for zones. If a word stands for several zones, the line has all of
// them.
const zonesByWord = `
America/New_York: EST, EDT, ET, Eastern, este, Connecticut, Delaware, Washington DC, DC, Georgia, Maine, Maryland, Massachusetts, New Hampshire, New Jersey, New York, North Carolina, Ohio, Pennsylvania, Rhode Island, South Carolina, Vermont, Virginia, West Virginia, NYC, Boston, Miami, Atlanta, Charlotte, Orlando, Philadelphia
America/New_York America/Chicago: Florida
America/Detroit America/Menominee: Michigan
America/Indiana/Indianapolis America/Chicago: Indiana
America/New_York America/Chicago: Kentucky
America/Chicago: CST, CDT, CT, Central, centro, Alabama, Arkansas, Illinois, Iowa, Louisiana, Minnesota, Mississippi, Missouri, Oklahoma, Wisconsin, Austin, Dallas, Houston, San Antonio
America/Chicago America/New_York: Tennessee
America/Chicago America/Denver: Kansas, Nebraska, North Dakota, South Dakota, Texas
America/Denver America/Phoenix: MST, MT, Mountain, montaña
America/Denver: MDT, Colorado, Montana, New Mexico, Utah, Wyoming, Albuquerque, Salt Lake City
America/Boise America/Los_Angeles: Idaho
America/Phoenix: Arizona
America/Los_Angeles: PST, PDT, PT, Pacific, Pacífico, California, Nevada, Washington, San Francisco, San Diego, Seattle, Las Vegas, Portland, Sacramento, San José
America/Mexico_City: México, Ciudad de México, CDMX, Guadalajara, Puebla
America/Los_Angeles America/Boise: Oregon
America/Anchorage: AKST, AKDT, Alaska
Pacific/Honolulu: HST, Hawaii, Hawái
America/Puerto_Rico: AST, Puerto Rico
`

// ZonesFor returns the zones that a word stands for in the United States, the most likely
// first. The word is an abbreviation, a zone's own name, a state or a large city.
func ZonesFor(word string) []string {
	return zonesFor(word, func(name, word string) bool { return name == word })
}

// ZonesBegun are the zones of the words that begin with what was typed.
func ZonesBegun(typed string) []string {
	return zonesFor(typed, strings.HasPrefix)
}

func zonesFor(word string, match func(name, word string) bool) []string {
	word = foldText(strings.TrimSpace(word))
	for _, end := range []string{" standard time", " daylight time", " time", " zone"} {
		word = strings.TrimSuffix(word, end)
	}
	for _, start := range []string{"hora del ", "hora de "} {
		word = strings.TrimPrefix(word, start)
	}
	if len(word) < 2 {
		return nil
	}
	var out []string
	for line := range strings.Lines(strings.TrimSpace(zonesByWord)) {
		zones, names, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for name := range strings.SplitSeq(names, ", ") {
			if !match(foldText(name), word) {
				continue
			}
			for zone := range strings.FieldsSeq(zones) {
				if !slices.Contains(out, zone) {
					out = append(out, zone)
				}
			}
		}
	}
	return out
}
