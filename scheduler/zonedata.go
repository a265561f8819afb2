package scheduler

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// embeddedZones is the IANA data that the program brings along, for machines whose
// own are older or missing. .ci/zones makes it, and zones.txt, from a newer release.
//
//go:embed zoneinfo.zip
var embeddedZones []byte

// ZoneData tells which release of the IANA time zone data this process uses.
type ZoneData struct {
	Release string    // as IANA calls it: "2026f"; empty if the data do not say
	Source  string    // "ZONEINFO", a folder of the machine, or "embedded"
	Dated   time.Time // its approximate date; the zero time if unknown
	Fault   error     // why the data that ZONEINFO names cannot be used
}

// zoneYear is the age at which a release no longer counts as current. Governments change their
// rules several times a year.
const zoneYear = 365 * 24 * time.Hour

// Old reports whether the data are a year old at the given time, or of unknown age.
func (d ZoneData) Old(now time.Time) bool { return now.Sub(d.Dated) > zoneYear }

func (d ZoneData) String() string {
	release := d.Release
	if release == "" {
		release = "of an unknown release"
	}
	return fmt.Sprintf("%s (%s)", release, d.Source)
}

// zoneSource is the zone data that were chosen, with the zones that were read from them. The
// embedded data supply zones that are missing: some systems have old names in a separate
// package.
type zoneSource struct {
	ZoneData
	files, embedded fs.FS
	read            sync.Map // *time.Location by name
}

// zones is what this process goes by, as time.Local is; nil until the first use.
var zones atomic.Pointer[zoneSource] //nolint:gochecknoglobals // the process has one

// CurrentZoneData is the zone data that this process goes by.
func CurrentZoneData() ZoneData { return current().ZoneData }

func current() *zoneSource {
	if s := zones.Load(); s != nil {
		return s
	}
	zones.CompareAndSwap(nil, machineZones())
	return zones.Load()
}

// RefreshZones checks whether the machine's zone data were replaced, as by an update of the
// system, and then uses the new data. It reports whether they differ.
func RefreshZones() (changed bool) {
	before, now := current(), machineZones()
	if before.Release == now.Release && before.Source == now.Source && before.Dated.Equal(now.Dated) {
		return false
	}
	zones.Store(now)
	return true
}

func machineZones() *zoneSource {
	return chooseZones(os.Getenv("ZONEINFO"), []string{
		"/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo",
	})
}

// chooseZones returns the data that ZONEINFO names, a folder or a ZIP file as for every program
// in Go. If it names none, it returns the newer of the machine's data and the embedded ones.
func chooseZones(named string, folders []string) *zoneSource {
	own := embeddedSource()
	if named != "" {
		files, err := openZones(named)
		if err == nil {
			s := &zoneSource{ZoneData: ZoneData{Source: "ZONEINFO"}, files: files, embedded: own.files}
			s.Release, s.Dated = releaseOf(files)
			return s
		}
		own.Fault = err
	}
	best := own
	for _, folder := range folders {
		files, err := openZones(folder)
		if err != nil {
			continue
		}
		if release, dated := releaseOf(files); release > best.Release {
			best = &zoneSource{ZoneData: ZoneData{release, folder, dated, own.Fault}, files: files, embedded: own.files}
		}
	}
	return best
}

// zipped is a ZIP file of compiled zones. Its directory of six hundred files is read anew for each
// zone, which takes a millisecond, and not kept in memory: a process uses a few zones, and each is read once.
type zipped []byte

// Open implements fs.FS.
func (z zipped) Open(name string) (fs.File, error) {
	files, err := zip.NewReader(bytes.NewReader(z), int64(len(z)))
	if err != nil {
		return nil, err
	}
	return files.Open(name)
}

func embeddedSource() *zoneSource {
	files := zipped(embeddedZones)
	s := &zoneSource{ZoneData: ZoneData{Source: "embedded"}, files: files, embedded: files}
	s.Release, s.Dated = releaseOf(files)
	return s
}

// openZones opens a folder or a ZIP file of compiled zones.
func openZones(name string) (fs.FS, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, unwrapped(err)
	}
	files := os.DirFS(name)
	if !info.IsDir() {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, unwrapped(err)
		}
		files = zipped(content)
	}
	_, err = readZone(files, "America/Los_Angeles")
	return files, unwrapped(err)
}

// unwrapped returns an error without its path, because the sentence around it has the path
// already.
func unwrapped(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// releaseName matches the name of a release, such as 2026a.
var releaseName = regexp.MustCompile(`\b[0-9]{4}[a-z]{1,2}\b`)

// releaseOf finds the release of zone data and its approximate date: the date of the file that
// names the release, but within the release's year. Systems name it in different files.
func releaseOf(files fs.FS) (release string, dated time.Time) {
	for _, name := range []string{"tzdata.zi", "+VERSION", "version"} {
		f, err := files.Open(name)
		if err != nil {
			continue
		}
		head := make([]byte, 100)
		n, err := io.ReadFull(f, head)
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			err = nil
		}
		info, infoErr := f.Stat()
		if err := errors.Join(err, infoErr, f.Close()); err != nil {
			continue
		}
		line, _, _ := strings.Cut(string(head[:n]), "\n")
		if release = releaseName.FindString(line); release == "" {
			continue
		}
		year, err := time.Parse("2006", release[:4])
		if err != nil {
			return "", time.Time{}
		}
		dated = info.ModTime().UTC()
		if last := year.AddDate(1, 0, -1); dated.After(last) {
			dated = last
		}
		if dated.Before(year) {
			dated = year
		}
		return release, dated
	}
	return "", time.Time{}
}

// known is a zone that was read already.
func (s *zoneSource) known(name string) (*time.Location, bool) {
	zone, ok := s.read.Load(name)
	if !ok {
		return nil, false
	}
	return zone.(*time.Location), true
}

// location reads a zone, once.
func (s *zoneSource) location(name string) (*time.Location, error) {
	if zone, ok := s.known(name); ok {
		return zone, nil
	}
	zone, err := readZone(s.files, name)
	if err != nil {
		zone, err = readZone(s.embedded, name)
	}
	if err == nil {
		s.read.Store(name, zone)
	}
	return zone, err
}

func readZone(files fs.FS, name string) (*time.Location, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(name, data)
}
