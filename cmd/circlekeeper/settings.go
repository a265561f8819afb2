package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"circlekeeper/bot"
)

// settingsFile is read from the working directory, if it exists.
const settingsFile = "circlekeeper.env"

// maxSettings bounds the file, in bytes.
const maxSettings = 64 << 10

// settings are the lines of the file.
type settings struct {
	found bool
	open  fs.FileMode // rights of others than the owner on the file; 0 if none
	given []setting

	around []string // the names of the variables in the environment
}

// setting is one line of the file.
type setting struct {
	line        int
	name, value string
}

// readSettings reads the file. All faults come as one error that gives the numbers of the lines
// but not their text, because it may be a token.
func readSettings(file string) (settings, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return settings{}, nil
	}
	if err != nil {
		return settings{found: true}, fmt.Errorf("%s cannot be read: %w", file, bot.FileFault(file, err))
	}
	defer f.Close()
	s := settings{found: true}
	info, err := f.Stat()
	if err != nil {
		return s, fmt.Errorf("%s cannot be read: %w", file, bot.FileFault(file, err))
	}
	if !info.Mode().IsRegular() {
		return s, fmt.Errorf("%s is not a file", file)
	}
	if runtime.GOOS != "windows" { // Windows has no such rights
		s.open = info.Mode().Perm() &^ 0o600
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSettings+1))
	switch {
	case err != nil:
		return s, fmt.Errorf("%s cannot be read: %w", file, bot.FileFault(file, err))
	case len(text) > maxSettings:
		return s, fmt.Errorf("%s is longer than %d bytes: it is not a file of settings", file, maxSettings)
	}
	var wrong []error
	for i, line := range strings.Split(strings.TrimPrefix(string(text), "\ufeff"), "\n") {
		name, value, err := parseSetting(strings.TrimSuffix(line, "\r"))
		switch {
		case err != nil:
			wrong = append(wrong, fmt.Errorf("%s, line %d: %w", file, i+1, err))
		case name != "":
			s.given = append(s.given, setting{i + 1, name, value})
		}
	}
	return s, errors.Join(wrong...)
}

// settingName matches what a shell and systemd accept as the name of a variable.
var settingName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// parseSetting reads one line. The name is empty if the line sets nothing. It reads a line as a
// shell and systemd do. If they differ, it does as systemd: it replaces no $, and a value may
// contain spaces without quotes.
func parseSetting(line string) (name, value string, err error) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' || line[0] == ';' {
		return "", "", nil
	}
	if rest, ok := strings.CutPrefix(line, "export"); ok && strings.TrimLeft(rest, " \t") != rest {
		line = strings.TrimLeft(rest, " \t")
	}
	name, value, ok := strings.Cut(line, "=")
	name = strings.TrimSpace(name)
	if !ok || !settingName.MatchString(name) {
		return "", "", errors.New("write NAME=value, or # before a comment")
	}
	value, err = plainValue(strings.TrimSpace(value))
	return name, value, err
}

// plainValue removes quotes, backslashes and a trailing comment from a value.
func plainValue(s string) (string, error) {
	var out strings.Builder
	kept := 0 // length without spaces at the end
	var quote byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote == 0 && c == '#' && i > 0 && (s[i-1] == ' ' || s[i-1] == '\t'):
			return out.String()[:kept], nil
		case c == '\\' && quote != '\'':
			if i+1 == len(s) {
				return "", errors.New("it ends with a backslash: write the value on one line")
			}
			i++
			if quote == '"' && !strings.ContainsRune("\"\\$`", rune(s[i])) {
				out.WriteByte('\\')
			}
			out.WriteByte(s[i])
			kept = out.Len()
			continue
		case c == quote && quote != 0:
			quote = 0
			kept = out.Len()
			continue
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
			continue
		}
		out.WriteByte(c)
		if c != ' ' && c != '\t' || quote != 0 {
			kept = out.Len()
		}
	}
	if quote != 0 {
		return "", fmt.Errorf("the quote %c is not closed", quote)
	}
	return out.String()[:kept], nil
}

// apply sets the variables that the environment does not have. If the environment gives a
// secret, as a value or as a file, the file of settings does not give it the other way.
func (s settings) apply(environment map[string]string) error {
	for _, g := range s.given {
		_, has := environment[g.name]
		if has || environment[g.name+"_FILE"] != "" || environment[strings.TrimSuffix(g.name, "_FILE")] != "" {
			continue
		}
		var err error
		if g.value == "" { // set to nothing counts as not set, as in the environment
			err = os.Unsetenv(g.name)
		} else {
			err = os.Setenv(g.name, g.value)
		}
		if err != nil {
			return fmt.Errorf("%s, line %d: it cannot be set: %w", settingsFile, g.line, err)
		}
	}
	return nil
}

// settingFault is a variable whose value cannot be used.
type settingFault struct {
	name string
	err  error // without the name
}

func (f settingFault) Error() string { return f.name + ": " + f.err.Error() }

func (f settingFault) Unwrap() error { return f.err }

// faults returns the faults as errors.
func faults(all []settingFault) []error {
	out := make([]error, len(all))
	for i, f := range all {
		out[i] = f
	}
	return out
}

// wrongSettings returns every variable with a value that its flag does not accept. A parser
// would stop at the first.
func wrongSettings(flags []*kong.Flag) []settingFault {
	var out []settingFault
	for _, flag := range flags {
		for _, name := range flag.Envs {
			value, set := os.LookupEnv(name)
			if !set {
				continue
			}
			if err := accepts(flag, value); err != nil {
				out = append(out, settingFault{name, err})
			}
		}
	}
	return out
}

// accepts returns an error if a flag does not accept a value.
func accepts(flag *kong.Flag, value string) error {
	if all := flag.EnumSlice(); flag.Enum != "" && !slices.Contains(all, oneOf(flag.Value, value)) {
		all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
		return fmt.Errorf("write %s", strings.Join(all, " or "))
	}
	return flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: kong.Scan(value)}, reflect.New(flag.Target.Type()).Elem())
}

// setAside unsets variables that cannot be used, for a command that goes on without them.
func setAside(wrong []settingFault) error {
	for _, f := range wrong {
		if err := os.Unsetenv(f.name); err != nil {
			return err
		}
	}
	return nil
}

// environment returns the variables that are set, also those set to nothing.
func environment() map[string]string {
	all := make(map[string]string)
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		all[name] = value
	}
	return all
}

// ourVariables are the variables of the configuration.
func ourVariables() []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if name := f.Tag.Get("env"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// strangers returns the lines with a name that is none of our variables but looks like one:
// most likely a slip. Other names, such as HTTPS_PROXY, are meant for other programs.
func (s settings) strangers() []setting {
	ours := ourVariables()
	first := func(name string) string {
		word, _, _ := strings.Cut(strings.ToUpper(name), "_")
		return word
	}
	var out []setting
	for _, g := range s.given {
		like := func(name string) bool { return first(name) == first(g.name) }
		if !slices.Contains(ours, g.name) && (slices.ContainsFunc(ours, like) || len(nearVariables(g.name)) > 0) {
			out = append(out, g)
		}
	}
	return out
}

// slips returns the names in the environment that are not ours, but nearly so: most likely a slip in
// a file that systemd or Docker read.
func (s settings) slips() (names []string) {
	ours := ourVariables()
	for _, name := range s.around {
		if !slices.Contains(ours, name) && len(nearestNames(name, ours)) > 0 {
			names = append(names, name)
		}
	}
	return names
}

// nearVariables returns those of our variables that a name may mean: names that are nearly
// equal, or that end in it, as SLACK_STAFF_CHANNEL does in STAFF_CHANNEL.
func nearVariables(name string) []string {
	near := nearestNames(name, ourVariables())
	if len(near) == 0 && strings.Contains(name, "_") {
		near = slices.DeleteFunc(ourVariables(), func(ours string) bool { return !strings.HasSuffix(ours, "_"+strings.ToUpper(name)) })
	}
	return near
}
