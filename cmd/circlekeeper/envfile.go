package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"circlekeeper/bot"
)

// settingsHead is the beginning of a new file of settings.
const settingsHead = `# Settings of circlekeeper, one NAME=value on a line. The program reads this file by
# itself where it is in the folder it is started in; what is set in the environment
# comes first. Keep it readable by its owner alone: it holds tokens.
`

// withSettings sets lines in the text of a file of settings. All other lines stay as they are,
// with comments and settings of other programs. A secret may be set as a value or as a file:
// the line for the other way becomes a comment.
func withSettings(text string, set []setting) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if text == "" {
		lines = strings.Split(strings.TrimSuffix(settingsHead, "\n"), "\n")
	}
	for _, s := range set {
		written := s.name + "=" + quoteSetting(s.value)
		at, comment := -1, -1
		for i, line := range lines {
			name, _, err := parseSetting(strings.TrimSuffix(line, "\r"))
			switch {
			case err != nil:
			case name == s.name:
				at = i
			case name != "" && (name == s.name+"_FILE" || name+"_FILE" == s.name):
				lines[i] = "#" + line
			case strings.HasPrefix(strings.TrimSpace(line), "#"+s.name+"="):
				comment = i
			}
		}
		switch {
		case at >= 0:
			lines[at] = written
		case comment >= 0: // put below the comment that names it
			lines = append(lines[:comment+1], append([]string{written}, lines[comment+1:]...)...)
		default:
			lines = append(lines, written)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// quoteSetting writes a value so that a shell, systemd, Docker and this program read it alike.
func quoteSetting(value string) string {
	const bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,"
	if strings.Trim(value, bare) == "" {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// prepared is a file that was written but has not replaced the old one yet.
type prepared struct{ temporary, file string }

// prepareSettings writes the new file beside the old one. Only its owner can read it.
func prepareSettings(file string, set []setting) (prepared, error) {
	if real, err := filepath.EvalSymlinks(file); err == nil { // a link stays a link
		file = real
	}
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return prepared{}, fmt.Errorf("%s cannot be read: %w", settingsFile, bot.FileFault(file, err))
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".circlekeeper.env-*") // with mode 0600
	if err != nil {
		return prepared{}, fmt.Errorf("%s cannot be written: %w", settingsFile, bot.FileFault(file, err))
	}
	p := prepared{f.Name(), file}
	_, err = f.WriteString(withSettings(string(old), set))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		p.drop()
		return prepared{}, fmt.Errorf("%s cannot be written: %w", settingsFile, bot.FileFault(file, err))
	}
	return p, nil
}

// commit replaces the old file by the new one.
func (p prepared) commit() error {
	if err := os.Rename(p.temporary, p.file); err != nil {
		p.drop()
		return fmt.Errorf("%s cannot be written: %w", settingsFile, bot.FileFault(p.file, err))
	}
	return nil
}

// drop deletes the new file.
func (p prepared) drop() { _ = os.Remove(p.temporary) }
