package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// examples are arguments to show for commands that need more than obvious flags, by the
// command's name.
func examples() map[string]string {
	return map[string]string{
		"content show":     `strategy-listening`,
		"content approve":  `strategy-listening --reviewer "NAME, LICENCE NUMBER"`,
		"content diff":     `strategy-listening`,
		"content line":     `988 --down 24h --instead 741741 --reviewer "NAME, LICENCE NUMBER"`,
		"content booklet":  `cards.html`,
		"reviewer add":     `"NAME, LICENCE NUMBER" --slack U0123456789`,
		"reviewer remove":  `"NAME, LICENCE NUMBER"`,
		"group add":        `monday-evening --zone America/Los_Angeles --channel slack:C0123456789`,
		"group set":        `monday-evening --session "every Monday at 6:00 PM, 90 minutes"`,
		"group remove":     `monday-evening`,
		"group restore":    `monday-evening`,
		"session list":     `monday-evening`,
		"session cancel":   `monday-evening "December 8"`,
		"session move":     `monday-evening "December 8" "December 10 at 6:00 PM"`,
		"session restore":  `monday-evening "December 8"`,
		"session tell":     `monday-evening "December 8"`,
		"reminder add":     `--group monday-evening --topic agreements --at "every Monday at 9:00 AM"`,
		"reminder pause":   `ID --until "2 weeks"`,
		"reminder resume":  `ID`,
		"reminder remove":  `ID`,
		"reminder restore": `ID`,
		"reminder test":    `ID`,
		"post correct":     `--card strategy-listening`,
		"post withdraw":    `--card strategy-listening`,
		"post status":      `REVISION`,
		"preview":          `strategy-listening --platform slack`,
		"database copy":    `--to sqlite:new.db`,
		"backup":           `backup.db`,
		"restore":          `backup.db`,
	}
}

// pathOf is a command's name without the program's: "group add"; empty for the program itself.
func pathOf(node *kong.Node) string {
	var names []string
	for ; node != nil && node.Parent != nil; node = node.Parent {
		names = append([]string{node.Name}, names...)
	}
	return strings.Join(names, " ")
}

// exampleOf is an example of a command that can be typed as it is; empty if there is none.
func (p program) exampleOf(node *kong.Node) string {
	path := pathOf(node)
	example := examples()[path]
	if example == "" {
		return ""
	}
	return fmt.Sprintf("Example: %s %s %s\n", p.called, path, example)
}

// usage prints what is wrong with a command line, an example, and how to get help. The help is
// that of the last command that the parser recognised.
func (p program) usage(parser *kong.Kong, c *Config, wrong error) {
	node := parser.Model.Node
	var parse *kong.ParseError
	example := ""
	if errors.As(wrong, &parse) && parse.Context != nil {
		if selected := parse.Context.Selected(); selected != nil {
			node = selected
		}
		says, shaped := plainly(parse.Context, node, wrong)
		if wrong = errors.New(says); !shaped {
			example = p.exampleOf(node)
		}
	}
	p.complain(c, wrong)
	fmt.Fprintf(p.err, "%sTry %s --help.\n", example, node.FullPath())
}

// plainly says in plain words what is wrong with a command line. It goes by where the parser stopped and
// by the flags and arguments that there are; an error that these do not explain stays as it is. shaped
// is true if the command line has the right number of words, so that an example would not help.
func plainly(c *kong.Context, node *kong.Node, wrong error) (plain string, shaped bool) {
	if c.Error == nil { // every word was read
		if says := notOneOf(c); says != "" {
			return says, true
		}
		if says := tooLittle(node); says != "" {
			return says, false
		}
		return wrong.Error(), true
	}
	word, next := stopped(c)
	name, value, has := strings.Cut(word, "=")
	flag := flagNamed(node, name)
	switch {
	case len(word) < 2 || word[0] != '-':
		if took(c, node) < len(node.Positional) { // the argument refused its value
			return wrong.Error(), true
		}
		return tooMuch(node, bot.Short(word, 60)), false
	case flag == nil:
		return noFlag(node, bot.Short(name, 60)), true
	case flag.IsBool() && has:
		return fmt.Sprintf("%s takes yes or no, and not %q", name, value), true
	case !flag.IsBool() && !has && (next == "" || next[0] == '-'):
		says := name + ": its value is missing"
		if len(next) > 1 && next[1] != '-' {
			says += fmt.Sprintf("; one that begins with a hyphen is written %s=%q", name, next)
		}
		return says, true
	}
	return wrong.Error(), true
}

// stopped returns the word at which the parser stopped, and the one after it; empty if there is none.
func stopped(c *kong.Context) (word, next string) {
	left := c.Path[len(c.Path)-1].Remainder()
	if len(left) > 0 && left[0] == "--" { // what follows is no flag
		left = left[1:]
	}
	left = append(left, "", "")
	return left[0], left[1]
}

// flagNamed returns the flag that a command takes by a name such as "--group"; nil if there is none.
func flagNamed(node *kong.Node, name string) *kong.Flag {
	for _, group := range node.AllFlags(false) {
		for _, f := range group {
			names := append([]string{f.Name}, f.Aliases...)
			if slices.Contains(names, strings.TrimPrefix(name, "--")) || f.Short != 0 && name == "-"+string(f.Short) {
				return f
			}
		}
	}
	return nil
}

// took returns how many arguments of a command were read.
func took(c *kong.Context, node *kong.Node) (n int) {
	for _, p := range c.Path {
		if p.Positional != nil && p.Parent == node {
			n++
		}
	}
	return n
}

// notOneOf says what a flag takes that was given another value; empty if there is none.
func notOneOf(c *kong.Context) string {
	for _, p := range c.Path {
		if p.Flag == nil || p.Flag.Enum == "" {
			continue
		}
		var takes []string
		for _, one := range p.Flag.EnumSlice() {
			if one != "" { // leaves the setting unset
				takes = append(takes, strconv.Quote(one))
			}
		}
		values, several := c.FlagValue(p.Flag).([]string)
		if !several {
			values = []string{fmt.Sprint(c.FlagValue(p.Flag))}
		}
		for _, v := range values {
			if !p.Flag.EnumMap()[v] {
				return fmt.Sprintf("--%s takes %s, and not %q", p.Flag.Name, listing(takes, "or"), v)
			}
		}
	}
	return ""
}

// tooMuch says what is wrong with a word where the command expects none.
func tooMuch(node *kong.Node, word string) string {
	path := pathOf(node)
	if len(node.Children) == 0 {
		says := fmt.Sprintf("%s is not expected here: %s takes %s", word, path, takes(node))
		if len(node.Flags)+len(node.Positional) > 0 {
			says += "; a value of several words goes in quotes"
		}
		return says
	}
	says := "there is no command " + strings.TrimSpace(path+" "+word)
	if near := nearestCommands(node, word); len(near) > 0 || path == "" {
		return says + meant(near)
	}
	return fmt.Sprintf("%s; after %s comes %s", says, path, listing(childNames(node), "or"))
}

// nearestCommands returns the commands that may be meant by a word after a command. It tries
// commands there with a similar name; then commands elsewhere with that name, such as "reminder
// pause" for "pause"; then commands with a flag of that name, such as "group set --pause" for
// "group pause".
func nearestCommands(node *kong.Node, word string) (near []string) {
	for _, child := range words.Nearest(word, node.Children, func(n *kong.Node) []string { return []string{n.Name} }) {
		near = append(near, pathOf(child))
	}
	if len(near) > 0 {
		return near
	}
	for _, leaf := range node.Leaves(true) {
		if leaf.Name == word || leaf.Parent == node && strings.HasPrefix(leaf.Name, word) {
			near = append(near, pathOf(leaf))
		}
	}
	if len(near) > 0 {
		return near
	}
	for _, child := range node.Children {
		for _, flag := range child.Flags {
			switch {
			case flag.Name == word && child.Name != "add": // as of something that is there
				near = append(near, pathOf(child)+" --"+word)
			case word == "resume" && flag.Name == "pause" && child.Name == "set": // as it is called in chat
				near = append(near, pathOf(child)+" --pause off")
			}
		}
	}
	return near
}

// takes says what may follow a command.
func takes(node *kong.Node) string {
	var all []string
	for _, value := range node.Positional {
		all = append(all, "<"+value.Name+">")
	}
	if len(node.Flags) > 0 {
		all = append(all, "flags")
	}
	if len(all) == 0 {
		return "nothing"
	}
	return "only " + listing(all, "and")
}

// noFlag says that a command has no such flag.
func noFlag(node *kong.Node, flag string) string {
	var names []string
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			names = append(names, "--"+f.Name)
		}
	}
	near, path := meant(nearestNames(flag, names)), pathOf(node)
	outs := []string{"--out", "--output", "-o"}
	switch {
	case slices.Contains(outs, flag) && len(node.Positional) == 1 && node.Positional[0].Name == "file":
		return fmt.Sprintf("%s has no flag %s: write the file alone, as in %[1]s <file>", path, flag)
	case slices.Contains(outs, flag) && path != "" && len(node.Children) == 0:
		return fmt.Sprintf("%s has no flag %s: it prints, so write > and the file behind it", path, flag)
	case near == "" && path == "":
		return fmt.Sprintf("there is no flag %s here: a command's flags come after the command", flag)
	case path == "":
		return fmt.Sprintf("there is no flag %s%s", flag, near)
	}
	return fmt.Sprintf("%s has no flag %s%s", path, flag, near)
}

// tooLittle says what a command still needs; empty if that is nothing.
func tooLittle(node *kong.Node) string {
	path := pathOf(node)
	var names []string
	var about strings.Builder
	for _, value := range node.Positional {
		if value.Required && !value.Set {
			names = append(names, "<"+value.Name+">")
			fmt.Fprintf(&about, "\n  <%s>: %s", value.Name, value.Help)
		}
	}
	for _, flag := range node.Flags {
		if flag.Required && !flag.Set {
			names = append(names, "--"+flag.Name)
			fmt.Fprintf(&about, "\n  --%s: %s", flag.Name, flag.Help)
		}
	}
	switch {
	case len(names) > 0:
		return fmt.Sprintf("%s needs %s%s", path, listing(names, "and"), about.String())
	case path != "" && len(node.Children) > 0:
		return fmt.Sprintf("after %s comes %s", path, listing(childNames(node), "or"))
	case path == "":
		return "no command is given: init sets everything up, and try shows the bot without accounts"
	}
	return ""
}

func childNames(node *kong.Node) (names []string) {
	for _, child := range node.Children {
		names = append(names, child.Name)
	}
	return names
}

// listing joins names as a sentence does: a, b or c.
func listing(names []string, last string) string {
	n := len(names) - 1
	if n < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:n], ", ") + " " + last + " " + names[n]
}
