package scheduler

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestEmbeddedZones reads every zone that the program brings along. NEW_ZONES names
// a folder of compiled zones that take their place first; see .ci/zones.
func TestEmbeddedZones(t *testing.T) {
	if from := os.Getenv("NEW_ZONES"); from != "" {
		must(t, packZones(from))
		t.Skip("written; run the test again without NEW_ZONES")
	}
	t.Parallel()
	own := embeddedSource()
	if own.Release < "2026f" || own.Dated.Year() < 2026 {
		t.Errorf("the embedded data are %s of %s", own, own.Dated)
	}
	var names []string
	err := fs.WalkDir(own.files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "version" {
			return err
		}
		names = append(names, name)
		_, err = own.location(name)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	slices.Sort(names)
	if listed := strings.Fields(zoneNames); !slices.Equal(listed, names) {
		t.Errorf("zones.txt has %d names, the embedded data %d", len(listed), len(names))
	}
}

// packZones writes zoneinfo.zip and zones.txt from a folder of compiled zones.
func packZones(from string) error {
	files := os.DirFS(from)
	release, dated := releaseOf(files)
	var out bytes.Buffer
	var names []string
	w := zip.NewWriter(&out)
	add := func(name string, content []byte) error {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: dated})
		if err == nil {
			_, err = f.Write(content)
		}
		return err
	}
	if err := add("version", []byte(release+"\n")); err != nil {
		return err
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil || !bytes.HasPrefix(content, []byte("TZif")) {
			return err
		}
		names = append(names, name)
		return add(name, content)
	})
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	slices.Sort(names)
	if err := os.WriteFile("zones.txt", []byte(strings.Join(names, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	return os.WriteFile("zoneinfo.zip", out.Bytes(), 0o644)
}

// What changed in law in 2026 is known, whatever the machine's own data.
func TestZonesOf2026(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"America/Vancouver": "-07:00", "America/Edmonton": "-06:00", "Africa/Casablanca": "+00:00", "America/Los_Angeles": "-08:00",
	} {
		c, err := NewCalendar(name, "none", nil, nil)
		must(t, err)
		rule, err := ParseRule("every Monday at 9:00")
		must(t, err)
		o, ok := c.First(rule, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
		at, err := time.Parse(time.RFC3339, "2026-12-07T09:00:00"+want)
		if !ok || err != nil || !o.At.Equal(at) {
			t.Errorf("9:00 in %s is %s, want %s", name, o.At, at)
		}
	}
}

// zoneFolder makes a folder of zone data: Los Angeles is five hours ahead in it.
func zoneFolder(t *testing.T, file, says string) string {
	t.Helper()
	dir := t.TempDir()
	karachi, err := fs.ReadFile(embeddedSource().files, "Asia/Karachi")
	must(t, err)
	must(t, os.Mkdir(filepath.Join(dir, "America"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "America", "Los_Angeles"), karachi, 0o600))
	if file != "" {
		must(t, os.WriteFile(filepath.Join(dir, file), []byte(says), 0o600))
	}
	return dir
}

func TestTheNewestZoneDataAreTaken(t *testing.T) {
	t.Parallel()
	zipped := filepath.Join(t.TempDir(), "zones.zip")
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	must(t, w.AddFS(os.DirFS(zoneFolder(t, "version", "2027a\n"))))
	must(t, w.Close())
	must(t, os.WriteFile(zipped, b.Bytes(), 0o600))
	own := embeddedSource().Release
	newer, older := zoneFolder(t, "tzdata.zi", "# version 2099b\nZ …\n"), zoneFolder(t, "+VERSION", "2011a\n")
	nameless := zoneFolder(t, "", "")
	for name, c := range map[string]struct {
		named    string
		folders  []string
		release  string
		source   string
		embedded bool // Los Angeles is where it is
		fault    bool
	}{
		"no data on the machine":       {folders: []string{"/nowhere"}, release: own, source: "embedded", embedded: true},
		"the machine's are newer":      {folders: []string{"/nowhere", newer}, release: "2099b", source: newer},
		"the machine's are older":      {folders: []string{older}, release: own, source: "embedded", embedded: true},
		"the machine's name no age":    {folders: []string{nameless}, release: own, source: "embedded", embedded: true},
		"the newest of several":        {folders: []string{older, newer}, release: "2099b", source: newer},
		"ZONEINFO goes before newer":   {named: older, folders: []string{newer}, release: "2011a", source: "ZONEINFO"},
		"ZONEINFO is a ZIP file":       {named: zipped, folders: []string{newer}, release: "2027a", source: "ZONEINFO"},
		"ZONEINFO of unknown age":      {named: nameless, release: "", source: "ZONEINFO"},
		"ZONEINFO names nothing":       {named: "/nowhere", folders: []string{older}, release: own, source: "embedded", embedded: true, fault: true},
		"ZONEINFO names another file":  {named: filepath.Join(newer, "tzdata.zi"), release: own, source: "embedded", embedded: true, fault: true},
		"ZONEINFO names nothing, else": {named: "/nowhere", folders: []string{newer}, release: "2099b", source: newer, fault: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := chooseZones(c.named, c.folders)
			if s.Release != c.release || s.Source != c.source || (s.Fault != nil) != c.fault {
				t.Errorf("%s, fault %v; want %s (%s)", s, s.Fault, c.release, c.source)
			}
			zone, err := s.location("America/Los_Angeles")
			must(t, err)
			if _, ahead := firstDay.In(zone).Zone(); ahead > 0 == c.embedded {
				t.Errorf("Los Angeles is %d s ahead of UTC", ahead)
			}
			if zone, err := s.location("America/Vancouver"); err != nil || zone.String() != "America/Vancouver" {
				t.Errorf("a zone that only the program has: %v, %v", zone, err)
			}
		})
	}
}

func TestZoneDataGrowOld(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	for release, c := range map[string]struct {
		written string
		old     bool
	}{
		"2025c": {"2025-12-10", false}, "2025b": {"2025-03-22", true}, "2024a": {"2026-11-01", true},
		"2026f": {"2026-10-29", false}, "2026a": {"2001-01-01", false},
	} {
		dir := zoneFolder(t, "version", release)
		at, err := time.Parse(time.DateOnly, c.written)
		must(t, err)
		must(t, os.Chtimes(filepath.Join(dir, "version"), at, at))
		if d := chooseZones(dir, nil); d.Old(now) != c.old || d.Release != release {
			t.Errorf("%s of %s: old %v, want %v", d, d.Dated, d.Old(now), c.old)
		}
	}
	if d := chooseZones(zoneFolder(t, "", ""), nil); !d.Old(now) {
		t.Error("data of an unknown release are taken for new")
	}
}
