package playground

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
)

// typed is what a visitor wrote, taken apart along the command table.
type typed struct {
	prefix string       // "/" or "/circle ", as it was written
	name   string       // the command's word
	cmd    *bot.Command // nil while the word is no command
	sub    *bot.Command // nil if the command has none, or none yet
	words  []string     // what is left, a named argument with all of its value
	rest   string       // the same, untouched
	more   bool         // a space ends the text: the next word begins
}

// read takes apart "/strategies x", "/circle strategies x" or "strategies x".
func read(table []bot.Command, text string) typed {
	t := typed{prefix: "/", more: text != "" && unicode.IsSpace(rune(text[len(text)-1]))}
	s := strings.TrimPrefix(strings.TrimSpace(text), "/")
	word, rest := cutWord(s)
	if strings.EqualFold(word, "circle") && find(table, word) == nil {
		t.prefix = "/circle "
		word, rest = cutWord(rest)
	}
	t.name = strings.ToLower(word)
	t.rest = rest
	if t.cmd = find(table, word); t.cmd == nil {
		return t
	}
	if len(t.cmd.Subs) > 0 {
		word, rest = cutWord(rest)
		if t.sub = find(t.cmd.Subs, word); t.sub != nil {
			t.rest = rest
		}
	}
	t.words = joined(t.args(), words(t.rest))
	return t
}

// args are the arguments the command takes.
func (t typed) args() []bot.Arg {
	switch {
	case t.sub != nil:
		return t.sub.Args
	case t.cmd != nil && len(t.cmd.Subs) == 0:
		return t.cmd.Args
	}
	return nil
}

// call is the request that was typed. Words that fit nothing are left to the
// core, which knows what to say.
func (t typed) call() bot.Call {
	c := bot.Call{Command: t.name}
	if t.cmd == nil {
		if t.name == "" {
			c.Command = "help"
		}
		return c
	}
	c.Command = t.cmd.Name
	switch {
	case t.sub != nil:
		c.Sub = t.sub.Name
	case len(t.cmd.Subs) > 0:
		c.Sub, _ = cutWord(strings.ToLower(t.rest))
		return c
	}
	for name, value := range t.values() {
		if c.Args == nil {
			c.Args = map[string]string{}
		}
		c.Args[name] = value
	}
	return c
}

// joined gives the words that follow a named argument to its value, up to the next
// name. A value in quotes ends with them.
func joined(args []bot.Arg, words []string) []string {
	var out []string
	open := false
	for _, w := range words {
		_, value, is := named(args, w)
		first, _ := utf8.DecodeRuneInString(value)
		switch {
		case is:
			out, open = append(out, w), closers(first) == ""
		case open:
			out[len(out)-1] += " " + w
		default:
			out = append(out, w)
		}
	}
	return out
}

// values gives the arguments by name. A single argument takes the rest of the
// line; several stand in their order, or are written name=value or name:value.
func (t typed) values() map[string]string {
	args := t.args()
	got := map[string]string{}
	if len(args) == 1 {
		rest := t.rest
		if name, value, ok := named(args, rest); ok && name == args[0].Name {
			rest = value
		}
		if rest = strings.TrimSpace(unquote(rest)); rest != "" {
			got[args[0].Name] = choose(args[0], rest)
		}
		return got
	}
	var bare []string
	for _, w := range t.words {
		if name, value, ok := named(args, w); ok {
			value = unquote(strings.TrimSpace(value))
			if first, twice := got[name]; twice { // which is meant, the core does not guess either
				value = first + "; " + value
			}
			got[name] = value
			continue
		}
		bare = append(bare, unquote(w))
	}
	for _, a := range args {
		if _, ok := got[a.Name]; !ok && len(bare) > 0 {
			got[a.Name] = bare[0]
			bare = bare[1:]
		}
		if v, ok := got[a.Name]; ok {
			got[a.Name] = choose(a, v)
		}
	}
	return got
}

// choose turns a choice's visible name into its value, as the platforms do.
func choose(a bot.Arg, value string) string {
	for _, c := range a.Choices {
		if strings.EqualFold(c.Name, value) {
			return c.Value
		}
	}
	return value
}

// named splits name=value or name:value where name is an argument's.
func named(args []bot.Arg, w string) (name, value string, ok bool) {
	i := strings.IndexAny(w, "=:")
	if i < 0 {
		return "", "", false
	}
	for _, a := range args {
		if strings.EqualFold(a.Name, w[:i]) {
			return a.Name, w[i+1:], true
		}
		for _, local := range a.Local {
			if strings.EqualFold(local, w[:i]) {
				return a.Name, w[i+1:], true
			}
		}
	}
	return "", "", false
}

// find looks up a command by its name in any language.
func find(table []bot.Command, word string) *bot.Command {
	for i, c := range table {
		if strings.EqualFold(c.Name, word) {
			return &table[i]
		}
		for _, local := range c.Local {
			if strings.EqualFold(local, word) {
				return &table[i]
			}
		}
	}
	return nil
}

func cutWord(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}

// words splits at spaces that stand outside of quotes; quotes are kept. A quote
// opens at a word's beginning or behind "=" or ":".
func words(s string) []string {
	var out []string
	start, closer := -1, ""
	before := ' '
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case closer != "" && escaped(s[i:]):
			size = 2
		case closer != "":
			if strings.ContainsRune(closer, r) {
				closer = ""
			}
		case unicode.IsSpace(r):
			if start >= 0 {
				out = append(out, s[start:i])
				start = -1
			}
		default:
			if start < 0 {
				start = i
				before = '='
			}
			if before == '=' || before == ':' {
				closer = closers(r)
			}
		}
		before = r
		i += size
	}
	if start >= 0 {
		out = append(out, s[start:])
	}
	return out
}

// unquote takes the quotes from around a text, and the backslashes from quotes
// within. A text that is not quoted as a whole stays as it is.
func unquote(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	closer := closers(first)
	if closer == "" {
		return s
	}
	var b strings.Builder
	for i := size; i < len(s); {
		if escaped(s[i:]) {
			b.WriteByte(s[i+1])
			i += 2
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if strings.ContainsRune(closer, r) {
			if i+size < len(s) {
				return s
			}
			break
		}
		b.WriteString(s[i : i+size])
		i += size
	}
	return b.String()
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// escaped tells whether a text begins with a backslash and what it protects.
func escaped(s string) bool {
	return len(s) > 1 && s[0] == '\\' && (s[1] == '"' || s[1] == '\\')
}

// closers are what ends a text that opens like this, also as telephones write
// quotes; empty if r is no quote.
func closers(r rune) string {
	switch r {
	case '"':
		return `"`
	case '“', '”':
		return "“”"
	}
	return ""
}
